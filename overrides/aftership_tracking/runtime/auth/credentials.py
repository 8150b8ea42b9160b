"""The credentials of a client, chosen from its arguments and the environment, and the masking of secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.authenticator import Authenticator
from aftership_tracking.runtime.auth.secret_sources import SecretInput, read_secret
from aftership_tracking.runtime.auth.signing import (
    ApiKey,
    BearerKey,
    HmacSignature,
    NoCredentials,
    RsaSignature,
)
from aftership_tracking.runtime.environment import OFFICIAL_PREFIX, read_environment
from aftership_tracking.runtime.options import Default
from aftership_tracking.runtime.secret import MASK, Secret

__all__ = ["AuthInput", "Credentials", "choose_credentials"]

AuthKind: TypeAlias = Literal["api_key", "aes", "hmac", "rsa"]
"""How requests are signed; `api_key` sends the key and signs nothing, `aes` and `hmac` are the same."""
AuthInput: TypeAlias = "AuthKind | Authenticator"
"""What `auth=` takes: the name of a kind, or an object that signs, such as an `OAuthToken`."""


class Credentials(NamedTuple):
    """How requests are signed, which secrets must never be shown, and whose rate limit requests count
    against.
    """

    authenticator: Authenticator
    secrets: tuple[Secret, ...]
    account: str
    """A fingerprint of the key, good for naming buckets and for nothing else."""
    kind: AuthKind | None = None
    """How the key signs; None if an object of the caller signs."""

    @property
    def key(self) -> Secret | None:
        """The API key; None if an object of the caller signs."""
        return None if self.kind is None else self.secrets[0]

    def authenticator_for(self, auth: str) -> Authenticator:
        """Return who signs the calls of an operation that does not take what the others take: `bearer` or
        `none` (`Operation.auth`). An object of the caller signs as it always does, also for `bearer`.
        """
        if auth == "none":
            return NoCredentials()
        return self.authenticator if self.key is None else BearerKey(self.key)

    def __repr__(self) -> str:
        return f"Credentials({MASK})"

    def with_clock(self, clock: Callable[[], float]) -> Credentials:
        """Return the same, dating signatures by another clock. An object of the caller has its own."""
        if self.kind is None or self.kind == "api_key":
            return self
        key, secret = self.secrets
        return self._replace(authenticator=_SIGNATURES[self.kind](key, secret, clock))

    def erase(self, content: bytes) -> bytes:
        """Mask every secret in content that a server sent."""
        for secret in self.secrets:
            content = secret.erase(content)
        # An authenticator that renews its tokens has secrets that did not exist when the client was made.
        erase = getattr(self.authenticator, "erase", None)
        return content if erase is None else erase(content)


def choose_credentials(
    api_key: SecretInput | None,
    api_secret: SecretInput | None,
    auth: AuthInput | str | Default,
    clock: Callable[[], float],
) -> Credentials:
    """Choose how to sign. Raises UsageError if a part is missing; its message never shows a key."""
    # Checked before the secret is read from the environment, where it may be meant for another program.
    secret_given = api_secret is not None
    if isinstance(auth, Default):
        auth = (read_environment(f"{OFFICIAL_PREFIX}AUTHENTICATION_TYPE") or "api_key").lower()
        if secret_given and auth == "api_key":
            raise UsageError(
                "api_secret is given, but auth='api_key' does not use it: give auth='aes' or auth='rsa'"
            )
    if not isinstance(auth, str):
        return _custom_credentials(auth, api_key)
    if auth not in ("api_key", "aes", "hmac", "rsa"):
        raise UsageError(
            f"auth={auth!r} is not known: use 'api_key', 'aes' (or 'hmac'), 'rsa', or an object with a "
            "method `sign`"
        )
    # AfterShip calls the signature AES, although it is an HMAC.
    auth = "aes" if auth == "hmac" else auth
    # An empty argument is still an argument: the key of the environment may be that of another account.
    if api_key is None:
        api_key = read_environment("AFTERSHIP_API_KEY", f"{OFFICIAL_PREFIX}API_KEY")
    key = read_secret(api_key, "api_key", _check_key)
    del api_key
    if auth == "api_key":
        return Credentials(ApiKey(key), (key,), _fingerprint(key), "api_key")
    if api_secret is None:
        api_secret = read_environment("AFTERSHIP_API_SECRET", f"{OFFICIAL_PREFIX}API_SECRET")
    secret = read_secret(
        api_secret, "api_secret", _check_shared_secret if auth == "aes" else _check_private_key
    )
    del api_secret
    signature = _SIGNATURES[auth](key, secret, clock)
    return Credentials(signature, (key, secret), _fingerprint(key), cast(AuthKind, auth))


_SIGNATURES: dict[str, type[HmacSignature] | type[RsaSignature]] = {"aes": HmacSignature, "rsa": RsaSignature}


def _custom_credentials(authenticator: Authenticator, api_key: SecretInput | None) -> Credentials:
    """Use an authenticator that the caller made. A key beside it is not sent: it names the account, and is
    masked.
    """
    if isinstance(authenticator, type) or not callable(getattr(authenticator, "sign", None)):
        raise UsageError(
            f"auth cannot be a {type(authenticator).__name__}: use 'api_key', 'aes', 'rsa', or an object "
            "with a method `sign`"
        )
    if api_key is not None:
        key = read_secret(api_key, "api_key", _check_key)
        return Credentials(authenticator, (key,), _fingerprint(key))
    account = getattr(authenticator, "account", None)
    named = account if isinstance(account, str) and account else f"{id(authenticator)}"
    return Credentials(authenticator, (), _fingerprint(Secret(named)))


def _check_key(text: object) -> str:
    # A key that was read from a file often ends with a line break.
    stripped = _as_string(text, "the API key").strip()
    if not stripped:
        wrong = "there is no API key: give api_key, or set AFTERSHIP_API_KEY"
    elif not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        wrong = "the API key contains characters that no key has; was it copied with something around it?"
    else:
        return stripped
    del text, stripped
    raise UsageError(wrong)


def _check_shared_secret(text: object) -> str:
    return _check_secret(text, "auth='aes' needs a secret")


def _check_private_key(text: object) -> str:
    return _check_secret(text, "auth='rsa' needs a private key")


def _check_secret(text: object, needed: str) -> str:
    stripped = _as_string(text, "the API secret").strip()
    # Bytes of the environment that are not valid text arrive as halves of surrogate pairs, and cannot be
    # encoded.
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        wrong = "the API secret is not valid text; was it copied from the right source?"
    elif not stripped:
        wrong = f"{needed}: give api_secret, or set AFTERSHIP_API_SECRET"
    else:
        return stripped
    del text, stripped
    raise UsageError(wrong)


def _as_string(given: object, what: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise UsageError(f"{what} must be a string; the callable returned a {type(given).__name__}")
    return given


def _fingerprint(secret: Secret) -> str:
    import hashlib

    return hashlib.sha256(f"aftership-tracking-client {secret.recent()}".encode()).hexdigest()[:16]
