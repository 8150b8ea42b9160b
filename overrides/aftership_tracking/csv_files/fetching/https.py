"""Fetches a file over https, and over http from this machine."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

from aftership_tracking.csv_files.fetching.address import FeedAddress, follow
from aftership_tracking.csv_files.fetching.content import Received
from aftership_tracking.csv_files.fetching.errors import FetchError, Kind
from aftership_tracking.csv_files.fetching.settings import FetchSettings
from aftership_tracking.runtime.wire.certificates import read_certificates
from aftership_tracking.runtime.wire.proxies import read_proxy_table

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KINDS: Final[dict[int, Kind]] = {
    401: "auth",
    403: "auth",
    404: "not_found",
    410: "not_found",
    429: "limited",
}


async def fetch_https(address: FeedAddress, settings: FetchSettings) -> bytes:
    """Return the content of a file. Raises FetchError, or UsageError for an environment that cannot work."""
    login = settings.login
    auth = httpx.BasicAuth(login.user, login.password or "") if login else None
    # Nothing compressed: what is counted is what is stored.
    headers = {
        "accept": "text/csv, */*;q=0.5",
        "accept-encoding": "identity",
        "user-agent": "aftership-csv-fetch",
    }
    async with httpx.AsyncClient(
        transport=_transport(address, settings), timeout=settings.timeout, headers=headers, trust_env=False
    ) as client:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                async with client.stream("GET", address.url, auth=auth, follow_redirects=False) as response:
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        address = follow(address, response.headers["location"])
                        continue
                    return await _read(response, address, login_given=login is not None)
            except httpx.TimeoutException:
                raise FetchError(
                    f"{address.shown} did not respond within {settings.timeout:g} seconds.", "network"
                ) from None
            except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as error:
                # UnicodeError: a name that no host can have, also in a redirect.
                raise _unreachable(address, error) from None
    raise FetchError(f"{address.shown} redirects more than {MOST_REDIRECTS} times.", "refused")


def _transport(address: FeedAddress, settings: FetchSettings) -> httpx.AsyncHTTPTransport:
    if address.scheme == "http":
        # This machine itself: a proxy would be another one.
        return httpx.AsyncHTTPTransport()
    proxy = read_proxy_table(None).find(address.scheme, address.host, address.port)
    return httpx.AsyncHTTPTransport(
        verify=_certificates(settings), proxy=None if proxy is None else httpx.Proxy(proxy.url)
    )


def _certificates(settings: FetchSettings) -> ssl.SSLContext | bool:
    if settings.ca_file is None:
        return read_certificates()
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    except (OSError, ValueError):
        raise FetchError(
            f"{settings.ca_file} has no certificates, or cannot be read.",
            "usage",
            hint="--ca-file is a PEM file.",
        ) from None


async def _read(response: httpx.Response, address: FeedAddress, *, login_given: bool) -> bytes:
    status = response.status_code
    if status != 200:
        hint = None
        if status in (401, 403) and not login_given:
            hint = "Set AFTERSHIP_CSV_USER and AFTERSHIP_CSV_PASSWORD."
        kind: Kind = _KINDS.get(status, "network" if status >= 500 else "refused")
        raise FetchError(f"{address.shown} responds with status {status}.", kind, hint=hint)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchError(f"{address.shown} sends a compressed file, which was not requested.", "refused")
    received = Received(address.shown)
    length = response.headers.get("content-length", "")
    received.expect(int(length) if length.isdecimal() else None)
    async for chunk in response.aiter_raw(64 * 1024):
        received.add(chunk)
    return received.complete()


def _unreachable(address: FeedAddress, error: Exception) -> FetchError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(
                f"The certificate of {address.host} is not trusted: {cause.verify_message}.",
                "network",
                hint="If the server has an authority of its own, name it with --ca-file.",
            )
        cause = cause.__cause__ or cause.__context__
    reason = str(error).partition("\n")[0] or type(error).__name__
    return FetchError(f"{address.host} cannot be reached, or broke off: {reason.rstrip('.')}.", "network")
