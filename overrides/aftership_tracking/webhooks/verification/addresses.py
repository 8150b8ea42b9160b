"""Where deliveries come from: AfterShip's outgoing addresses, and whose address a request really has.

The check comes on top of the signature, never instead of it. It is off unless you give it to a receiver: the
list can change without notice, and behind a proxy the address of the connection is the proxy's.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.errors import AddressError
from aftership_tracking.webhooks.incoming.headers import AnyHeaders, read_headers

__all__ = ["OUTGOING_ADDRESSES", "PROVENANCE", "AddressCheck", "Provenance"]


_Address: TypeAlias = "IPv4Address | IPv6Address"
_Network: TypeAlias = "IPv4Network | IPv6Network"
_UNIX = "unix"


class Provenance(NamedTuple):
    """Where a list comes from, and how far it can be trusted."""

    mark: str
    sources: tuple[str, ...]
    caution: str


OUTGOING_ADDRESSES = (
    "104.154.18.15",
    "34.70.29.163",
    "34.70.81.106",
    "34.72.178.234",
    "34.122.118.39",
)
"""The addresses from which AfterShip sends webhooks. See `PROVENANCE`."""

PROVENANCE = Provenance(
    mark="third party",
    sources=(
        "Hookdeck's transcription of the page on outgoing addresses of AfterShip Tracking",
        "AfterShip's help article on the webhooks of its Shipping product (2025-02-03): the same five",
    ),
    caution="AfterShip's own page loads its list with a script and could not be read. The list can change "
    "without a new version: compare it with that page before you rely on it.",
)
"""Where `OUTGOING_ADDRESSES` comes from."""


class AddressCheck:
    """Lets only some addresses through.

    Args:
        allowed: addresses, or networks such as `10.0.0.0/8`.
        trusted_proxies: addresses or networks of your own proxies, such as `10.0.0.0/8`. The connection must
            come from one of them. Each adds the address that it saw to the end of `X-Forwarded-For`, so the
            entries are read from the right, and those of your proxies are skipped: the first other one is the
            client. What the client wrote there itself is further left and is never read. `unix` stands for a
            connection without an address: a Unix socket, or the event of a load balancer. Empty: clients
            connect directly, and the header is not used.
        header: the header that the proxies write.

    Raises:
        UsageError: an entry is not an address or a network, or `allowed` is empty.
    """

    __slots__ = ("_allowed", "_header", "_proxies", "_trusts_unix")

    def __init__(
        self,
        allowed: Iterable[str] = OUTGOING_ADDRESSES,
        trusted_proxies: Iterable[str] = (),
        *,
        header: str = "X-Forwarded-For",
    ) -> None:
        self._allowed = tuple(_network(text) for text in ([allowed] if isinstance(allowed, str) else allowed))
        if not self._allowed:
            raise UsageError("no address is allowed: every delivery would be refused")
        if isinstance(trusted_proxies, int):
            raise UsageError(
                "trusted_proxies is no longer a number: a count does not show who connects",
                hint="Give the networks of your proxies, such as ['10.0.0.0/8'].",
            )
        proxies = [trusted_proxies] if isinstance(trusted_proxies, str) else list(trusted_proxies)
        self._trusts_unix = _UNIX in proxies
        self._proxies = tuple(_network(text) for text in proxies if text != _UNIX)
        self._header = header.lower()

    def check(self, peer: str | None, headers: AnyHeaders = ()) -> str:
        """Return the address of the client, given that of the connection.

        Raises AddressError if it is not allowed, or if it cannot be known: the connection does not come from
        a trusted proxy, or the header names no other address than those of proxies.
        """
        address = self._client(peer, headers)
        if address is None:
            raise AddressError("the address of the sender is not known", hint="Check trusted_proxies.")
        if not _is_in(address, self._allowed):
            raise AddressError("the delivery comes from an address that is not allowed")
        return str(address)

    def _client(self, peer: str | None, headers: AnyHeaders) -> _Address | None:
        address = _address(peer)
        if not self._proxies and not self._trusts_unix:
            return address
        if not (_is_in(address, self._proxies) if address else self._trusts_unix and not peer):
            raise AddressError(
                "the connection does not come from a trusted proxy", hint="Check trusted_proxies."
            )
        # The proxy that connects to us wrote the last entry, about the one before it, and so on.
        chain = [entry for line in read_headers(headers).get(self._header, ()) for entry in line.split(",")]
        for entry in reversed(chain):
            address = _address(entry)
            if address is None or not _is_in(address, self._proxies):
                return address
        return None

    def __repr__(self) -> str:
        return f"AddressCheck({len(self._allowed)} networks, {len(self._proxies)} trusted proxies)"


def _is_in(address: _Address, networks: tuple[_Network, ...]) -> bool:
    return any(address in network for network in networks)


def _network(text: str) -> _Network:
    found: _Network | None = None
    if isinstance(text, str):
        try:
            found = ip_network(text.strip())
        except ValueError:
            found = None
    if found is None:
        raise UsageError(f"{text!r} is neither an address nor a network")
    return found


def _address(text: str | None) -> _Address | None:
    """Read an address, also with a port: `192.0.2.1:443`, `[2001:db8::1]:443`. None for other strings."""
    plain = (text or "").strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    # A socket for both families shows an IPv4 client as a mapped IPv6 address.
    return mapped or address
