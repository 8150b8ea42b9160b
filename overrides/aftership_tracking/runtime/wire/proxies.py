"""Which proxy leads to which host, from the environment.

httpx can read the same variables, but refuses all requests if one of their values is unusual, even a value
that is not needed. Here each value counts only where it applies, and an error names its variable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.environment import OFFICIAL_PREFIX

__all__ = ["Proxy", "ProxyTable", "RoutingTransport", "read_proxy_table"]

_SCHEMES = ("http", "https", "socks5", "socks5h")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Proxy(NamedTuple):
    """One proxy, and where its address is from."""

    url: str
    """It may contain a password."""
    variable: str
    """The name of an environment variable, or words for another source."""

    @property
    def address(self) -> str:
        """Host and port, without a password."""
        parts = urlsplit(self.url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 1080)
        return f"{_bracket(parts.hostname or '')}:{port}"

    def __repr__(self) -> str:
        return f"<Proxy {self.address} of {self.variable}>"


class ProxyTable(NamedTuple):
    """The proxies of a process."""

    by_scheme: Mapping[str, tuple[str, str]]
    """Scheme of a request, or "all" -> URL and variable of its proxy, not checked yet."""
    bypassed: tuple[str, ...] = ()
    """The entries of NO_PROXY."""

    def __repr__(self) -> str:
        # The URLs may contain passwords.
        return f"<ProxyTable {sorted(self.by_scheme)}>"

    def find(self, scheme: str, host: str, port: int | None) -> Proxy | None:
        """Return the proxy for a host, or None if the connection is direct.

        Raises UsageError if the variable that applies does not contain the URL of a proxy.
        """
        found = self.by_scheme.get(scheme) or self.by_scheme.get("all")
        if found is None:
            return None
        port = _DEFAULT_PORTS.get(scheme) if port is None else port
        if any(_covers(entry, scheme, host.lower().rstrip("."), port) for entry in self.bypassed):
            return None
        return _check_proxy(*found)


def read_proxy_table(given: str | None) -> ProxyTable:
    """Read the proxies of the environment. `given` is the proxy of the official SDK's variable: it is used
    for all hosts.
    """
    if given is not None:
        return ProxyTable({"all": (given.strip(), f"{OFFICIAL_PREFIX}PROXY")} if given.strip() else {})
    # On macOS and Windows this also reads the settings of the system, if there are no variables.
    settings = getproxies()
    by_scheme = {
        scheme: (url.strip(), _name_variable(f"{scheme}_proxy"))
        for scheme in ("http", "https", "all")
        if (url := settings.get(scheme)) and url.strip()
    }
    # Commas are the rule. Some write spaces, and no entry has one.
    bypassed = tuple(settings.get("no", "").replace(",", " ").lower().split())
    return ProxyTable(by_scheme, bypassed)


def _name_variable(name: str) -> str:
    # The lower case spelling wins, as in `getproxies`.
    for spelling in (name, name.upper(), *(key for key in os.environ if key.lower() == name)):
        if os.environ.get(spelling):
            return spelling
    return "the system's settings"


def _check_proxy(url: str, variable: str) -> Proxy:
    # The messages never show the value: it may contain a password.
    complete = url if "://" in url else f"http://{url}"
    host, scheme = None, ""
    try:
        parts = urlsplit(complete)
        # To read the port checks it.
        host, scheme, _ = parts.hostname, parts.scheme, parts.port
    except ValueError:
        host = None
    if host is not None and scheme in _SCHEMES:
        # `socks5h` lets the proxy resolve names. httpx does so for both, and older ones know only `socks5`.
        return Proxy(complete.replace("socks5h://", "socks5://", 1), variable)
    wrong = (
        f"{variable} has a scheme that is not supported"
        if host is not None
        else f"{variable} is not the URL of a proxy"
    )
    raise UsageError(
        wrong, hint="It must be like http://host:3128, https://host:3128 or socks5://host:1080; or unset it."
    )


def _covers(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Return whether an entry of NO_PROXY covers a host. What cannot be read covers nothing."""
    if entry == "*":
        return True
    if "://" in entry:
        entry_scheme, entry = entry.split("://", 1)
        if entry_scheme not in (scheme, "all"):
            return False
    # The address alone may be in brackets or not; with a port it must be.
    name, wanted = entry.rstrip("/"), ""
    if name.startswith("["):
        name, _, rest = name[1:].partition("]")
        wanted = rest.removeprefix(":") if rest.startswith(":") else ""
        # `[fe80::]/10` is written too.
        name += rest if rest.startswith("/") else ""
    elif name.count(":") == 1:
        name, wanted = name.split(":")
    if wanted and wanted != str(port):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        # `example.com` covers the host too; `.example.com` and `*.example.com` cover only what is below it.
        name = name.removeprefix("*")
        return bool(name.strip(".")) and (host == name or host.endswith(f".{name.removeprefix('.')}"))
    try:
        return address in ip_network(name, strict=False)
    except (ValueError, TypeError):
        return False


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class RoutingTransport:
    """A transport of httpx that sends each request directly or through the proxy of its host. It serves sync
    and async requests, depending on the transports that `make` returns.
    """

    def __init__(self, table: ProxyTable, make: Callable[[Proxy | None], Any]) -> None:
        self._table = table
        self._make = make
        self._transports: dict[Proxy | None, Any] = {}

    def find_proxy(self, url: str) -> Proxy | None:
        """Return the proxy for a URL. Raises UsageError as `ProxyTable.find` does."""
        parts = urlsplit(url)
        return self._table.find(parts.scheme, parts.hostname or "", parts.port)

    def open(self, url: str) -> Any:
        """Return the transport for a URL. Raises UsageError if its proxy cannot be used."""
        proxy = self.find_proxy(url)
        known = self._transports.get(proxy)
        # Two threads may both make one: the first is used, and the other has opened no connection yet.
        return self._transports.setdefault(proxy, self._make(proxy)) if known is None else known

    def handle_request(self, request: Any) -> Any:
        """Send a sync request."""
        return self.open(str(request.url)).handle_request(request)

    async def handle_async_request(self, request: Any) -> Any:
        """Send an async request."""
        return await self.open(str(request.url)).handle_async_request(request)

    @property
    def transports(self) -> list[Any]:
        """All transports that were opened."""
        return list(self._transports.values())

    def close(self) -> None:
        """Close the sync transports."""
        for transport in self.transports:
            transport.close()

    async def aclose(self) -> None:
        """Close the async transports."""
        for transport in self.transports:
            await transport.aclose()
