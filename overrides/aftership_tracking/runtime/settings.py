"""What a client was told: the arguments of its constructor, filled up from the environment and checked
once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.secret import MASK, Secret
from aftership_tracking.runtime.auth.secret_sources import SecretInput, read_secret
from aftership_tracking.runtime.auth.signing import ApiKey, Authenticator, HmacSignature, RsaSignature
from aftership_tracking.runtime.calls.hooks import Hook
from aftership_tracking.runtime.options import Default, Timeout, TimeoutInput
from aftership_tracking.runtime.wire.request import check_base_url

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.surprise import Surprise

__all__ = [
    "Credentials",
    "Settings",
    "choose_credentials",
    "read_base_url",
    "read_environment",
    "read_timeout",
]

AuthKind: TypeAlias = Literal["api_key", "aes", "rsa"]
AuthInput: TypeAlias = "AuthKind | Authenticator"

DEFAULT_BASE_URL = "https://api.aftership.com"
_OFFICIAL = "AFTERSHIP_TRACKING_SDK_"


class Settings(NamedTuple):
    """The settings of a client that calls may override. Times are seconds."""

    base_url: str
    timeout: Timeout
    deadline: float | None
    max_retries: int
    max_response_bytes: int
    headers: Mapping[str, str]
    strict: bool
    on_surprise: Callable[[Surprise], None] | None
    hooks: tuple[Hook, ...]

    def __repr__(self) -> str:
        limits = f"{self.timeout!r} deadline={self.deadline!r} max_retries={self.max_retries!r}"
        return f"<Settings {self.base_url} {limits}>"


class Credentials(NamedTuple):
    """How requests are signed, what must never be shown, and whose rate limit they count against."""

    authenticator: Authenticator
    secrets: tuple[Secret, ...]
    account: str
    """A fingerprint of the key, good for naming buckets and for nothing else."""

    def __repr__(self) -> str:
        return f"Credentials({MASK})"

    def erase(self, content: bytes) -> bytes:
        """Mask every secret in what a server sent."""
        for secret in self.secrets:
            content = secret.erase(content)
        # One that renews its tokens knows secrets that were not there when the client was made.
        erase = getattr(self.authenticator, "erase", None)
        return content if erase is None else erase(content)


def read_environment(*names: str) -> str | None:
    """Return the first of these variables that is set and not empty."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def choose_credentials(
    api_key: SecretInput | None,
    api_secret: SecretInput | None,
    auth: AuthInput | str | Default,
    clock: Callable[[], float],
) -> Credentials:
    """Work out how to sign. Raises UsageError if a part is missing; no text of it shows a key."""
    # Asked before the secret is read from the environment, where it may lie for another program.
    secret_given = api_secret is not None
    if isinstance(auth, Default):
        auth = (read_environment(f"{_OFFICIAL}AUTHENTICATION_TYPE") or "api_key").lower()
        if secret_given and auth == "api_key":
            raise UsageError(
                "api_secret is given, but auth='api_key' has no use for it: say auth='aes' or auth='rsa'"
            )
    if not isinstance(auth, str):
        return _own_credentials(auth, api_key)
    if auth not in ("api_key", "aes", "rsa"):
        raise UsageError(
            f"auth={auth!r} is not known: use 'api_key', 'aes', 'rsa', or an object with a method `sign`"
        )
    # What is given counts even if it is empty: the key of the environment may be that of another account.
    if api_key is None:
        api_key = read_environment("AFTERSHIP_API_KEY", f"{_OFFICIAL}API_KEY")
    key = read_secret(api_key, "api_key", _check_key)
    del api_key
    if auth == "api_key":
        return Credentials(ApiKey(key), (key,), _fingerprint(key))
    if api_secret is None:
        api_secret = read_environment("AFTERSHIP_API_SECRET", f"{_OFFICIAL}API_SECRET")
    secret = read_secret(api_secret, "api_secret", _check_shared if auth == "aes" else _check_private)
    del api_secret
    signature = HmacSignature if auth == "aes" else RsaSignature
    return Credentials(signature(key, secret, clock), (key, secret), _fingerprint(key))


def _own_credentials(authenticator: Authenticator, api_key: SecretInput | None) -> Credentials:
    """Take an authenticator of the caller's own. A key beside it is not sent: it names the account and is
    masked.
    """
    if not callable(getattr(authenticator, "sign", None)):
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
    # A key that was read from a file often brings the end of its line along.
    stripped = _text(text, "the API key").strip()
    if not stripped:
        wrong = "there is no API key: give api_key, or set AFTERSHIP_API_KEY"
    elif not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        wrong = "the API key holds characters that no key has; was it copied with something around it?"
    else:
        return stripped
    del text, stripped
    raise UsageError(wrong)


def _check_shared(text: object) -> str:
    return _check_secret(text, "auth='aes' needs a secret")


def _check_private(text: object) -> str:
    return _check_secret(text, "auth='rsa' needs a private key")


def _check_secret(text: object, needed: str) -> str:
    stripped = _text(text, "the API secret").strip()
    # Bytes of the environment that are no text arrive as halves of surrogate pairs, and cannot be encoded.
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        wrong = "the API secret is no text; was it copied from the right place?"
    elif not stripped:
        wrong = f"{needed}: give api_secret, or set AFTERSHIP_API_SECRET"
    else:
        return stripped
    del text, stripped
    raise UsageError(wrong)


def _text(given: object, what: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise UsageError(f"{what} must be a text; the callable gave a {type(given).__name__}")
    return given


def _fingerprint(secret: Secret) -> str:
    import hashlib

    return hashlib.sha256(f"aftership-tracking-client {secret.recent()}".encode()).hexdigest()[:16]


def read_base_url(given: str | None) -> str:
    """Return the address of the service, without its path of the API. Raises UsageError if it is none."""
    url = given
    if url is None:
        url = read_environment("AFTERSHIP_BASE_URL", f"{_OFFICIAL}DOMAIN") or DEFAULT_BASE_URL
        url = url if "://" in url else f"https://{url}"
    checked = check_base_url(url)
    # The path alone: a host may be called like that.
    if _ENDS_LIKE_THE_API.search(urlsplit(checked).path):
        raise UsageError(
            "base_url must end before /tracking: the client adds /tracking and the version itself"
        )
    return checked


_ENDS_LIKE_THE_API = re.compile(r"/tracking(/\d{4}-\d{2})?$")


def read_timeout(given: TimeoutInput | Default) -> Timeout:
    """Return the limits of one attempt. A single number limits connecting and reading alike."""
    if isinstance(given, Default):
        # The official SDK counts in milliseconds.
        milliseconds = read_environment(f"{_OFFICIAL}TIMEOUT")
        if milliseconds is None:
            return Timeout()
        given = read_number(f"{_OFFICIAL}TIMEOUT", milliseconds) / 1000
    timeout = given if isinstance(given, Timeout) else Timeout(given, given)
    for limit in timeout:
        if limit is not None and not 0 < _seconds(limit) <= _LONGEST_WAIT:
            raise UsageError(
                "a timeout must be seconds, more than 0 and no more than a day, a Timeout of them, or None "
                f"for no limit; this is {limit!r}"
            )
    return timeout


# A day. Sockets and threads take no time that is much longer, and none that is infinite.
_LONGEST_WAIT = 86_400.0


def _seconds(given: object) -> float:
    """Return a number as it is, and what is none as one that no limit allows."""
    return given if isinstance(given, int | float) and not isinstance(given, bool) else -1.0


def read_retries(given: int | Default, default: int) -> int:
    """Return how often a failed attempt is repeated."""
    if isinstance(given, Default):
        text = read_environment(f"{_OFFICIAL}MAX_RETRY")
        if text is not None and not text.strip().isdecimal():
            raise UsageError(
                f"the environment variable {_OFFICIAL}MAX_RETRY must be a whole number, 0 or more"
            )
        given = default if text is None else int(text)
    if type(given) is not int or given < 0:
        raise UsageError(f"max_retries must be a whole number, 0 or more; this is {given!r}")
    return given


def read_size(given: int) -> int:
    """Check how large an answer may be."""
    if type(given) is not int or given < 1:
        raise UsageError(f"max_response_bytes must be a whole number, 1 or more; this is {given!r}")
    return given


def read_deadline(given: float | None) -> float | None:
    """Check the limit of a whole call."""
    if given is not None and not 0 < _seconds(given) <= _LONGEST_WAIT:
        raise UsageError(
            "a deadline must be seconds, more than 0 and no more than a day, or None for no limit; this is "
            f"{given!r}"
        )
    return given


def read_number(name: str, text: str) -> float:
    """Read a number from the environment."""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"the environment variable {name} must be a number") from None


def read_proxy() -> str | None:
    """Return the proxy that the official SDK's variable names; others are httpx's own business."""
    return read_environment(f"{_OFFICIAL}PROXY")
