"""Who may use the control API: no page of a browser, nobody without the token, and nothing but JSON."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.wire.message import MAX_CONTROL_BYTES, MockRequest

TOKEN_HEADER = "as-mock-token"  # noqa: S105 - the name of a header
JSON = "application/json"


def host_name(host: str) -> str:
    """Return the name or address in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    name = host_name(f"[{host}]" if ":" in host else host)
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def check_host(request: MockRequest, names: Collection[str]) -> None:
    """Refuse a Host that this mock does not have.

    A page of another site can let its own name point to this machine. Addresses cannot be forged so: they and
    the names of this machine are always good.

    Raises:
        ControlError: the name is another one.
    """
    name = host_name(request.headers.get("host", ""))
    if name == "localhost" or name.endswith(".localhost") or name in names:
        return
    try:
        ipaddress.ip_address(name)
    except ValueError:
        raise ControlError(
            "host-not-allowed",
            f"host: {name[:100]!r} is not a name of this mock; call it by its address, or start it with"
            " --allow-host NAME",
            403,
        ) from None


def check_token(token: str | None) -> None:
    """Refuse a token that no header could bring: nobody would ever get in.

    Raises:
        ValueError: it is empty, has spaces at its ends, or holds more than visible ASCII.
    """
    if token is None:
        return
    if not token.strip():
        raise ValueError("must not be empty")
    if token != token.strip() or not (token.isascii() and token.isprintable()):
        raise ValueError("must be visible ASCII without spaces or line breaks at its ends, as a header is")


def check_request(request: MockRequest, token: str | None) -> None:
    """Refuse what pages of browsers send, writes that are too long or not JSON, and who has no token.

    Raises:
        ControlError: it is refused.
    """
    headers = request.headers
    if len(request.body) > MAX_CONTROL_BYTES:
        raise ControlError("too-long", f"the body is longer than {MAX_CONTROL_BYTES} bytes", 413)
    origin = headers.get("origin")
    if origin is not None and not is_own_origin(request, origin):
        raise ControlError("foreign-origin", "origin: pages of other sites may not control the mock", 403)
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise ControlError(
            "foreign-origin", "sec-fetch-site: pages of other sites may not control the mock", 403
        )
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if (request.body or kind) and request.method != "GET" and kind != JSON:
        raise ControlError(
            "not-json", f"content-type: bodies are JSON here; send the header content-type: {JSON}", 415
        )
    if token is not None:
        _check_token(request, token)


def sent_token(request: MockRequest) -> str:
    """Return the token in the headers of a request; an empty string without one."""
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        sent = request.headers.get(TOKEN_HEADER, "")
    return sent.strip()


def _check_token(request: MockRequest, token: str) -> None:
    if not hmac.compare_digest(sent_token(request).encode(), token.encode()):
        raise ControlError(
            "token-needed", f"token: send the header {TOKEN_HEADER} with the token of --control-token", 401
        )


def is_own_origin(request: MockRequest, origin: str) -> bool:
    """Whether an Origin is that of the mock itself, as the request calls it."""
    try:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    except ValueError:
        return False
