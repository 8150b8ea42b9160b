"""Checks the key with its signature, or the token, and its permissions; finds the account."""

from __future__ import annotations

from collections.abc import Collection

from aftership_tracking.mock.accounts.keys import Keys, read_keys
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.accounts.sign_string import SignString
from aftership_tracking.mock.accounts.signatures import Signatures
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock, SystemClock
from aftership_tracking.mock.documents.operation import Security
from aftership_tracking.mock.error_codes import FORBIDDEN, UNAUTHORIZED
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints.callers import missing_key
from aftership_tracking.mock.hints.hint import Hint
from aftership_tracking.mock.pipeline.journal import mask_key
from aftership_tracking.mock.refusal import Refusal

SIGN_STRING = "as-mock-sign-string"
"""Header of a refusal: what the caller has to sign, line feeds as `\\n`, without the key."""
_MOST_SHOWN = 4000
_CHALLENGE = "www-authenticate"


class Authenticate:
    """With `keys=None` any key is good, needs no signature, and has an account of its own.

    A mapping of keys gives each its permissions, by the names that the documents have for OAuth, or a
    `MockKey` with its kind. A key without permissions may do everything.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        oauth: MockOAuth | None = None,
        clock: Clock | None = None,
        *,
        tolerant: bool = False,
    ) -> None:
        self._store = store
        self._keys = read_keys(keys)
        self._oauth = oauth
        self._clock: Clock = SystemClock() if clock is None else clock
        self._signatures = {
            name: Signatures(key, tolerant=tolerant)
            for name, key in (self._keys or {}).items()
            if key.kind != "api_key"
        }

    def __call__(self, exchange: Exchange) -> None:
        security = _security(exchange)
        if security == "open":
            # All callers without a key share one account.
            exchange.account = self._store.account("")
            return
        name, key = self._read_key(exchange)
        token = None if self._oauth is None or key else self._oauth.token_of(exchange.request)
        if token is not None:
            self._admit_token(exchange, token)
            return
        if not key:
            wanted = "missing or empty" if security == "key" else "no bearer token"
            hint = missing_key(exchange.request.headers, name, wanted)
            raise Refusal((UNAUTHORIZED,), str(hint), hints=[hint])
        if self._keys is not None:
            if key not in self._keys:
                raise Refusal((UNAUTHORIZED,), f"header {name}: not a key of this mock")
            if security == "key":
                self._check_signature(exchange, key)
            permissions = self._keys[key].permissions
            if permissions is not None:
                _check_permissions(exchange, permissions, "key")
        exchange.api_key = key
        exchange.account = self._store.account(key)

    def _read_key(self, exchange: Exchange) -> tuple[str, str]:
        """Return the header of the key, and the key; empty if there is none, or an access token instead."""
        headers = exchange.request.headers
        if _security(exchange) == "key":
            return exchange.api.key_header, headers.get(exchange.api.key_header, "").strip()
        scheme, _, key = headers.get("authorization", "").strip().partition(" ")
        key = key.strip() if scheme.lower() == "bearer" else ""
        is_token = self._oauth is not None and self._oauth.issued.get("access", key) is not None
        return "authorization", "" if is_token else key

    def _check_signature(self, exchange: Exchange, key: str) -> None:
        check = self._signatures.get(key)
        if check is None:
            return
        wrong = check.check(exchange.arrived, self._clock.wall())
        if wrong is not None:
            headers = {} if wrong.expected is None else {SIGN_STRING: _show(wrong.expected, key)}
            hint = Hint(id="signature", sentence=wrong.reason, advice=wrong.advice, source="inferred")
            raise Refusal((UNAUTHORIZED,), str(hint), headers=headers, hints=[hint], assumed="signature")
        tolerated = check.tolerated(exchange.arrived)
        if tolerated is not None:
            exchange.hints.append(
                Hint(
                    id="tolerated-signature",
                    sentence=f"header {check.header}: {tolerated}; the mock tolerates it",
                    advice="What the service does with it is not known",
                    source="inferred",
                )
            )

    def _admit_token(self, exchange: Exchange, token: str) -> None:
        found = None if self._oauth is None else self._oauth.issued.get("access", token)
        if found is None:
            raise _refuse_token("not an access token of this mock")
        why_not = found.why_not(self._clock.now())
        if why_not is not None:
            raise _refuse_token(f"it {why_not}")
        _check_permissions(exchange, found.scopes, "token")
        exchange.api_key = token
        exchange.account = self._store.account(found.account or token)


def _security(exchange: Exchange) -> Security:
    return "key" if exchange.operation is None else exchange.operation.security


def _check_permissions(exchange: Exchange, permissions: Collection[str], what: str) -> None:
    if exchange.operation is not None:
        missing = sorted(exchange.operation.scopes - set(permissions))
        if missing:
            # RFC 6750, 3.1: for tokens the header says which scopes are needed.
            needed = f'Bearer error="insufficient_scope", scope="{" ".join(missing)}"'
            raise Refusal(
                (FORBIDDEN,),
                f"permission: the {what} lacks {', '.join(missing)}",
                headers={_CHALLENGE: needed} if what == "token" else {},
                assumed="permission",
            )


def _refuse_token(reason: str) -> Refusal:
    headers = {_CHALLENGE: 'Bearer error="invalid_token"'}
    return Refusal((UNAUTHORIZED,), f"token: {reason}", headers=headers)


def _show(expected: SignString, key: str) -> str:
    line = str(expected).replace(key, mask_key(key) or "").replace("\\", "\\\\").replace("\n", "\\n")
    return line.encode("ascii", "backslashreplace").decode("ascii")[:_MOST_SHOWN]
