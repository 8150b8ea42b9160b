"""OAuth 2.0 for webhooks, the receiver's side: issue access tokens to AfterShip and check them.

    issuer = TokenIssuer({client_id: client_secret}, signing_key=key)
    reply = issuer.issue(delivery)                        # at the Token URL
    Receiver(verifier, router, token_check=issuer.check)  # at the Webhook URL

The documentation says that AfterShip sends client id and client secret to the Token URL and puts the access
token into `Authorization`. It does not say how the two are sent, what the response must hold, whether the
token is prefixed with `Bearer`, or when a new one is fetched. So all of that can be chosen here, and the
defaults accept every usual way. The token comes on top of the signature, never instead of it.

Tokens are signed and not stored: every process with the same key can check them.
"""

from __future__ import annotations

import binascii
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.errors import TokenError
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply
from aftership_tracking.webhooks.incoming.headers import read_headers
from aftership_tracking.webhooks.verification.failed_attempts import FailedAttempts
from aftership_tracking.webhooks.verification.oauth_credentials import (
    PRESENTATIONS,
    BadRequest,
    read_token_request,
)

__all__ = ["TokenIssuer"]

_LONGEST_BODY = 16_384
_LONGEST_TOKEN = 4_096
_SHORTEST_KEY = 16
_PURPOSE = b"aftership-tracking webhook token 1\n"
"""Signed with every token, so that a key that is used elsewhere cannot make tokens by accident."""


_FAILURE_SECONDS = 60.0
_BLOCKED = {"error": "temporarily_unavailable", "error_description": "too many wrong secrets, try later"}

LOGGER = logging.getLogger("aftership_tracking.webhooks")


class _Claims(NamedTuple):
    client_id: str
    expires: int


class TokenIssuer:
    """Issues access tokens by the client credentials grant (RFC 6749, 4.4), and checks them.

    Args:
        clients: client id to client secret, or to several secrets while one replaces another.
        lifetime: seconds that a token is valid.
        signing_key: signs the tokens, 16 bytes or more. None: a random one, so tokens are valid in this
            process only. Give one if there are several workers, or if deliveries must be accepted after a
            restart.
        presentations: how the client may present its credentials: `basic` (an `Authorization` header), `form`
            (fields of the body), `json` (members of a JSON body).
        schemes: what comes before the token in `Authorization`; an empty one is the token alone.
        scopes: the scopes that a client may request. None: any scope is granted.
        needs_grant_type: whether `grant_type=client_credentials` must be sent. The standard requires it.
        token_type: named in the response.
        most_failures: wrong secrets from one address within a minute; after that its requests for this client
            get 429 until the minute is over. Each process counts by itself. Behind a proxy all have its
            address, but somebody who does not know a client id cannot use up the attempts of that client.
        clock: returns seconds since 1970.

    Raises:
        UsageError: `clients` is empty, a secret is blank, or the key is too short.
    """

    __slots__ = (
        "_clients",
        "_clock",
        "_failures",
        "_key",
        "_lifetime",
        "_needs_grant_type",
        "_presentations",
        "_salt",
        "_schemes",
        "_scopes",
        "_token_type",
    )

    def __init__(
        self,
        clients: Mapping[str, str | Sequence[str]],
        *,
        lifetime: int = 3600,
        signing_key: str | bytes | None = None,
        presentations: Collection[str] = ("basic", "form"),
        schemes: Collection[str] = ("Bearer", ""),
        scopes: Collection[str] | None = None,
        needs_grant_type: bool = True,
        token_type: str = "Bearer",  # noqa: S107 - the name of a kind of token
        most_failures: int = 10,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._salt = hmac.new(secrets.token_bytes(32), digestmod="sha256")
        # Only digests under a random key are stored, so this object cannot show a secret.
        self._clients, problem = _digest_secrets(clients, self._salt)
        self._key, weakness = _make_signer(signing_key)
        del clients, signing_key
        if problem or weakness:
            raise UsageError(problem or weakness)
        # `not` and not `<`, so that NaN is refused too.
        if not 1 <= lifetime < float("inf"):
            raise UsageError("lifetime is a number of seconds, 1 or more")
        if most_failures < 1:
            raise UsageError("most_failures is a number above 0")
        # Read once: they may be iterators.
        presentations = frozenset(presentations)
        schemes = frozenset(scheme.lower() for scheme in schemes)
        unknown = sorted(presentations - set(PRESENTATIONS))
        if unknown or not presentations or not schemes:
            raise UsageError(f"presentations are some of {', '.join(PRESENTATIONS)}; schemes are one or more")
        # Whole seconds: the standard has no others in `expires_in`.
        self._lifetime = int(lifetime)
        self._failures = FailedAttempts(most_failures, _FAILURE_SECONDS, clock)
        self._presentations = presentations
        self._schemes = schemes
        self._scopes = None if scopes is None else frozenset(scopes)
        self._needs_grant_type = needs_grant_type
        self._token_type = token_type
        self._clock = clock

    def issue(self, delivery: Delivery) -> Reply:
        """Respond to a request to the Token URL: with a token, or with an error as RFC 6749 defines it."""
        if delivery.method != "POST":
            return Reply(status=405, headers=(("Allow", "POST"),))
        if len(delivery.body) > _LONGEST_BODY:
            return Reply(status=413)
        headers = read_headers(delivery.headers)
        try:
            request = read_token_request(headers, delivery.body, self._presentations)
        except BadRequest as error:
            return _refuse("invalid_request", str(error))
        named = next((one for way in request.ways for one, _ in way if one in self._clients), None)
        blocked_for = self._failures.blocked_for((delivery.peer, named))
        if request.ways and blocked_for > 0:
            return _respond(429, _BLOCKED, ("Retry-After", str(int(blocked_for) + 1)))
        clients = [self._find_client(way) for way in request.ways]
        client_id = clients[0] if clients else None
        if client_id is None or None in clients:
            if request.ways:
                self._note_failure(delivery.peer, named)
            return _refuse("invalid_client", "the client is not known", basic="authorization" in headers)
        if {*clients, request.client_id or client_id} != {client_id}:
            return _refuse("invalid_request", "two different clients are named")
        grant = request.fields.get("grant_type")
        if grant is None and self._needs_grant_type:
            return _refuse("invalid_request", "grant_type is missing")
        if grant not in (None, "client_credentials"):
            return _refuse("unsupported_grant_type", "only client_credentials is supported")
        wanted = request.fields.get("scope", "").split()
        if self._scopes is not None and not self._scopes.issuperset(wanted):
            return _refuse("invalid_scope", "the scope is not granted to this client")
        content: dict[str, Any] = {
            "access_token": self.token(client_id),
            "token_type": self._token_type,
            "expires_in": self._lifetime,
        }
        if wanted:
            content["scope"] = " ".join(wanted)
        return _respond(200, content)

    def token(self, client_id: str) -> str:
        """Return a token for a client; its secret is not needed. For tests, and for a Token URL of your own.

        Raises UsageError if the client is unknown.
        """
        if client_id not in self._clients:
            raise UsageError("the client is unknown")
        claims = [client_id, int(self._clock()) + self._lifetime, secrets.token_hex(8)]
        payload = json.dumps(claims, separators=(",", ":")).encode()
        return f"{_encode(payload)}.{_encode(self._sign(payload))}"

    def check(self, authorization: str | None) -> str:
        """Return the client of an `Authorization` header. Give this method to a receiver as `token_check`.

        Raises TokenError if the header is missing, or its token is not one of ours, expired, or of a client
        that was removed.
        """
        claims = self._claims(authorization)
        del authorization
        if claims is None or claims.client_id not in self._clients:
            # One message for all causes: a sender who guesses learns nothing.
            raise TokenError("the delivery holds no valid access token")
        if self._clock() >= claims.expires:
            raise TokenError("the access token has expired", hint="A new one is issued at the Token URL.")
        return claims.client_id

    def __repr__(self) -> str:
        return f"TokenIssuer({len(self._clients)} clients, lifetime={self._lifetime})"

    def _note_failure(self, peer: str | None, named: str | None) -> None:
        self._failures.add((peer, named))
        # An unknown id is not shown: somebody may have sent the secret instead.
        LOGGER.warning(
            "wrong credentials of %s at the Token URL, from %s",
            "an unknown client" if named is None else f"client {named!r}",
            peer,
            extra=log_fields("token", status=401, error="invalid_client"),
        )

    def _find_client(self, way: tuple[tuple[str, str], ...]) -> str | None:
        """Return the client that these credentials belong to, whichever spelling is right."""
        found = None
        for client_id, secret in way:
            # An unknown client takes as much time as a known one.
            stored = self._clients.get(client_id, (bytes(32),))
            given = _digest(secret, self._salt)
            if any([hmac.compare_digest(one, given) for one in stored]):  # noqa: C419 - no early exit
                found = client_id
        return found

    def _claims(self, authorization: str | None) -> _Claims | None:
        if not authorization or len(authorization) > _LONGEST_TOKEN or not authorization.isascii():
            return None
        scheme, space, token = authorization.strip().partition(" ")
        if not space:
            scheme, token = "", scheme
        if scheme.lower() not in self._schemes:
            return None
        payload, _, signature = token.strip().partition(".")
        claims, given = _decode(payload), _decode(signature)
        if claims is None or given is None or not hmac.compare_digest(self._sign(claims), given):
            return None
        # `token` wrote it, because it has our signature.
        client_id, expires, _ = json.loads(claims)
        return _Claims(client_id, expires)

    def _sign(self, payload: bytes) -> bytes:
        digest = self._key.copy()
        digest.update(payload)
        return digest.digest()


def _digest_secrets(
    clients: Mapping[str, str | Sequence[str]], salt: hmac.HMAC
) -> tuple[dict[str, tuple[bytes, ...]], str]:
    """Return the digests of each client's secrets, or what is wrong. An error raised here would show them."""
    found: dict[str, tuple[bytes, ...]] = {}
    for client_id, given in clients.items():
        listed = [given] if isinstance(given, str) else list(given)
        if not client_id or not listed or not all(one.strip() for one in listed):
            return {}, "a client has an id and a secret, neither of them blank"
        found[client_id] = tuple(_digest(one, salt) for one in listed)
    return found, "" if found else "`clients` is empty, so nobody can get a token"


def _make_signer(signing_key: str | bytes | None) -> tuple[hmac.HMAC, str]:
    key = signing_key.encode() if isinstance(signing_key, str) else signing_key
    is_weak = key is not None and len(key) < _SHORTEST_KEY
    signer = hmac.new(secrets.token_bytes(32) if key is None or is_weak else key, _PURPOSE, "sha256")
    return signer, f"signing_key has fewer than {_SHORTEST_KEY} bytes" if is_weak else ""


def _digest(secret: str, salt: hmac.HMAC) -> bytes:
    digest = salt.copy()
    digest.update(secret.encode("utf-8", "surrogatepass"))
    return digest.digest()


def _refuse(error: str, description: str, *, basic: bool = False) -> Reply:
    content = {"error": error, "error_description": description}
    if error != "invalid_client":
        return _respond(400, content)
    return _respond(401, content, *((("WWW-Authenticate", 'Basic realm="token"'),) if basic else ()))


def _respond(status: int, content: Mapping[str, Any], *more: tuple[str, str]) -> Reply:
    headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))
    return Reply(status=status, headers=(*headers, *more), body=json.dumps(content).encode())


def _encode(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def _decode(text: str) -> bytes | None:
    """Read what `_encode` writes; None for everything else."""
    raw = text.encode("ascii").translate(_FROM_URL)
    try:
        content = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True)
    except binascii.Error:
        return None
    return content if content and _encode(content) == text else None


_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
