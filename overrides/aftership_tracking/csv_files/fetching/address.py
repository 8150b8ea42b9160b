"""The address of a file: which ones are taken, and which redirects are followed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.runtime.wire.loopback import is_loopback

_PORTS: Final = {"https": 443, "http": 80, "sftp": 22}
_REFUSED: Final = {
    "http": "it can be read and changed on the way",
    "ftp": "it sends the password and the file so that everybody on the way can read them",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedAddress:
    """The address of a file on a server."""

    scheme: str
    """`https`, `sftp`, or `http` for a server on this machine."""
    host: str
    port: int
    url: str
    """All of it, as it is requested. The query may hold a secret."""
    path: str
    """Decoded, with the slash at its beginning."""

    @property
    def shown(self) -> str:
        """The address without its query, for messages and files."""
        return self.url.partition("?")[0]

    @property
    def server(self) -> tuple[str, str, int]:
        """What a redirect may not leave."""
        return self.scheme, self.host, self.port

    @property
    def file_name(self) -> str:
        """The last part of the path, if it is good as the name of a file; else nothing."""
        name = self.path.rpartition("/")[2]
        return name if re.fullmatch(r"[\w][\w .()+-]*", name) else ""

    def __repr__(self) -> str:
        return f"FeedAddress({self.shown!r})"


def read_address(url: str) -> FeedAddress:
    """Check the address that somebody gave. Raises FetchError."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise FetchError("The address is not a URL.", "usage", hint="Write https://HOST/PATH.") from None
    if re.search(r"[\x00-\x20\x7f\\]", url.strip()):
        raise FetchError(
            "The address has a space, a backslash or an invisible character.",
            "usage",
            hint="Write a space as %20.",
        )
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            "The address has a user name or a password, and other programs can see arguments.",
            "usage",
            hint="Set AFTERSHIP_CSV_USER and AFTERSHIP_CSV_PASSWORD, or use a profile.",
        )
    _refuse_scheme(parts, host)
    if not host:
        raise FetchError("The address names no host.", "usage", hint=f"Write {parts.scheme}://HOST/PATH.")
    if parts.path.strip("/") == "" and not parts.query:
        raise FetchError(
            "The address names no file.", "usage", hint="It must point straight at the CSV file."
        )
    return FeedAddress(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        url=parts._replace(fragment="").geturl(),
        path=unquote(parts.path) or "/",
    )


def follow(address: FeedAddress, location: str) -> FeedAddress:
    """The address that a server redirects to. Raises FetchError if it leaves the server."""
    try:
        target = read_address(_join(address.url, location))
    except FetchError as error:
        raise FetchError(
            f"{address.shown} redirects to an address that is refused: {error.message}", "refused"
        ) from None
    if target.server != address.server:
        name = f"{target.scheme}://{target.host}:{target.port}"
        raise FetchError(
            f"{address.shown} redirects to {name}, which is not the same server: it is not followed.",
            "refused",
            hint="If that is meant, use the other address itself.",
        )
    return target


def _join(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # refused where addresses are read


def _refuse_scheme(parts: SplitResult, host: str) -> None:
    scheme = parts.scheme
    if scheme in ("https", "sftp") or (scheme == "http" and is_loopback(host)):
        return
    if scheme in _REFUSED:
        raise FetchError(
            f"{scheme} is refused: {_REFUSED[scheme]}.", "usage", hint="Use https or sftp of the same server."
        )
    found = f"{scheme} is not supported" if scheme else "The address has no scheme"
    raise FetchError(f"{found}.", "usage", hint="Write https://HOST/PATH or sftp://HOST/PATH.")
