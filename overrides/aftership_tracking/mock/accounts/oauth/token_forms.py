"""Forms that apps send to the token endpoint and to the revocation endpoint, and who sent them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

_MOST_FIELDS = 100
HINT = "as-mock-hint"


class TokenFailure(Exception):  # noqa: N818 - RFC 6749 calls it an error response
    """A request that gets an error (RFC 6749, 5.2).

    Args:
        error: its code.
        reason: for the developer, in the header of hints; the body does not have it.
        status: of the response.
    """

    def __init__(self, error: str, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenForm:
    """A form, read. `client_id`: who sent it, already checked; None where every app is good."""

    fields: Mapping[str, str]
    client_id: str | None

    def get(self, name: str) -> str | None:
        return self.fields.get(name)

    def needed(self, name: str) -> str:
        """The value of a field that has to be there."""
        found = self.fields.get(name)
        if not found:
            raise TokenFailure("invalid_request", f"{name} is missing or empty")
        return found


def read_form(request: MockRequest, clients: Mapping[str, str] | None) -> TokenForm:
    """Read a form, and check the app that sent it.

    Args:
        clients: ids of apps with their secrets; None: every app is good.

    Raises:
        TokenFailure: it cannot be read, or the app is not known.
    """
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise TokenFailure("invalid_request", f"the form has more than {_MOST_FIELDS} fields") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise TokenFailure("invalid_request", "a field came more than once")
    return TokenForm(fields=fields, client_id=_check_client(request, fields, clients))


def _check_client(
    request: MockRequest, fields: Mapping[str, str], clients: Mapping[str, str] | None
) -> str | None:
    if clients is None:
        return None
    basic = _read_basic(request)
    if basic is not None and "client_secret" in fields:
        raise TokenFailure("invalid_request", "the app proves itself in two ways: by header and by form")
    name, secret = basic or (fields.get("client_id", ""), fields.get("client_secret", ""))
    known = clients.get(name)
    if known is None or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
        wrong = f"{name[:200]!r} is not an app" if known is None else "the client_secret is another one"
        raise TokenFailure("invalid_client", wrong, 401)
    if basic is not None and fields.get("client_id", name) != name:
        raise TokenFailure("invalid_request", "client_id of the form is not that of the header")
    return name


def _read_basic(request: MockRequest) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def check_verifier(verifier: str | None, challenge: str | None, method: str | None) -> str | None:
    """Say why the verifier of a code is wrong (RFC 7636, 4.6); None if it is right, or none is needed."""
    if challenge is None:
        return None if verifier is None else "came with a code_verifier, and was requested without one"
    if verifier is None:
        return "needs its code_verifier: it was requested with a code_challenge"
    raw = verifier.encode("utf-8", "replace")
    if method == "S256":
        raw = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=")
    return None if hmac.compare_digest(raw, challenge.encode()) else "came with another code_verifier"


def respond(status: int, content: object, headers: Mapping[str, str] | None = None) -> MockResponse:
    """Write a JSON response that nobody may store."""
    body = b"" if content is None else write_json(content)
    own = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "pragma": "no-cache",
        "content-length": str(len(body)),
        **(headers or {}),
    }
    return MockResponse(status, own, body)


def respond_failure(failure: TokenFailure, request: MockRequest) -> MockResponse:
    """Write an error. Its body holds the code only; the reason is a hint of the mock."""
    headers = {HINT: f"oauth: {failure.reason}".encode("ascii", "backslashreplace").decode("ascii")}
    if failure.status == 401 and "authorization" in request.headers:
        headers["www-authenticate"] = 'Basic realm="mock"'
    return respond(failure.status, {"error": failure.error}, headers)
