"""Verifies that a delivery is from AfterShip, and reads the event that it carries.

    verifier = Verifier(secret)                    # or [new_secret, old_secret] while one replaces the other
    event = verifier.parse(body, headers)          # raises a WebhookError

Only raw bytes are verified: JSON that was parsed and written again is different bytes with a different
signature. Nothing here can be switched off. Bodies that were verified before, such as those from a queue, are
read with `parse_trusted`.
"""

from __future__ import annotations

import binascii
import hmac
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from aftership_tracking.errors import LikelyMistakeWarning, UsageError
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.webhooks.errors import (
    BodyTooLargeError,
    MalformedSignatureError,
    MissingSignatureError,
    SignatureMismatchError,
    StaleEventError,
)
from aftership_tracking.webhooks.incoming.headers import AnyHeaders, HeaderNames, HeaderValues, pick_headers
from aftership_tracking.webhooks.sending.retry_schedule import SPAN
from aftership_tracking.webhooks.signature import (
    DIGEST_BYTES,
    HEADER,
    SIGNATURE_LENGTH,
    VERSION_HEADER,
    encode,
)
from aftership_tracking.webhooks.verification.keyed_digest import KeyedDigest

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise
    from aftership_tracking.webhooks.events.envelope import Envelope
    from aftership_tracking.webhooks.events.event import Event

__all__ = ["Body", "Secrets", "Verified", "Verifier", "raw_body", "read_signature"]

Body: TypeAlias = "bytes | bytearray | memoryview | str"
"""The body of a delivery, as it arrived."""
Secrets: TypeAlias = "str | Sequence[str] | Callable[[], str | Sequence[str]]"
"""The webhook secret, several while one replaces another, or a callable that returns them."""
Keys: TypeAlias = "tuple[KeyedDigest, ...]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A delivery is genuine."""

    secret_index: int
    """Which of the secrets made its signature; 0 is the first. A retry uses the settings of the first
    attempt: when the old secret has not matched for 68 h 15 min 30 s (`testing.SPAN` seconds), it can be
    removed.
    """


class Verifier:
    """Verifies deliveries and reads them. It never changes, so threads can share it.

    Args:
        secrets: the webhook secret of the account, used as it is written; or several, while one replaces
            another; or a fast function that returns them and is called for each delivery.
        max_body: the most bytes of a body. Larger bodies are refused.
        max_age: seconds. None: no limit, and whoever captured a delivery can send it again when the store has
            forgotten it. Older events are refused. The age is that of the event, which is the same for each
            attempt, so less than the time in which AfterShip retries (`testing.SPAN`) refuses genuine
            retries; a warning says so.
        max_skew: with `max_age`, an event that is more seconds in the future is refused too.
        strict: refuse whatever differs from the document, for contract tests. It makes reading about six
            times slower.
        on_surprise: called for each difference from the document, instead of refusing it. It makes reading
            about six times slower.
        clock: returns seconds since 1970.

    Warns with LikelyMistakeWarning if a secret has blanks or a line break at an end.

    Raises:
        UsageError: the secret is missing or blank.
    """

    __slots__ = (
        "_clock",
        "_event_parts",
        "_keys",
        "_max_age",
        "_max_body",
        "_max_skew",
        "_on_surprise",
        "_source",
        "_strict",
    )

    def __init__(
        self,
        secrets: Secrets,
        *,
        max_body: int = 5_000_000,
        max_age: float | None = None,
        max_skew: float = 300.0,
        strict: bool = False,
        on_surprise: Callable[[Surprise], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        # Set first, because the traceback of a refusal shows this object.
        self._max_body = max_body
        self._max_age = max_age
        self._max_skew = max_skew
        self._strict = strict
        self._on_surprise = on_surprise
        self._clock = clock
        self._event_parts: tuple[type[Event], Callable[..., Envelope]] | None = None
        self._source = secrets if callable(secrets) else None
        # A keyed digest does not reveal the secret, so nothing that prints this object can show it.
        self._keys, problem = ((), "") if callable(secrets) else _make_keys(secrets)
        is_padded = _is_padded(secrets)
        del secrets
        if problem:
            raise UsageError(problem, hint=_WHERE)
        if is_padded:
            _warn_of_blanks(3)
        if not 1 <= max_body < float("inf"):
            raise UsageError("max_body is a number of bytes above 0")
        if max_age is not None:
            # `not` and not `<=`, so that NaN is refused too.
            if not (0 < max_age < float("inf") and 0 <= max_skew < float("inf")):
                raise UsageError(
                    "max_age is a number of seconds above 0, and max_skew one that is not negative"
                )
            if max_age < SPAN:
                # Imported lazily: a verifier without an age limit does not need it.
                import warnings

                warnings.warn(
                    f"max_age is {max_age:g} s, and the last attempt of a genuine delivery comes "
                    f"{SPAN} s after its event: retries will be refused and lost",
                    stacklevel=2,
                )

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        return self._max_body

    @property
    def remember_for(self) -> float:
        """Seconds for which one event can pass the age limit; 0 without `max_age`. A store that remembers an
        event for as long makes a captured delivery useless.
        """
        return 0.0 if self._max_age is None else self._max_age + self._max_skew

    def verify(self, body: Body, headers: AnyHeaders) -> Verified:
        """Check the signature, and the age if `max_age` is set. Return which secret matched.

        Raises VerificationError or BodyTooLargeError; with `max_age` also PayloadError, because the time is
        in the body. Raises UsageError for a body that is not raw.
        """
        raw, values = raw_body(body), pick_headers(headers, _NAMES)
        index = self._verify(raw, values)
        if self._max_age is not None:
            self._check_age(self._event(raw, values).ts)
        return Verified(secret_index=index)

    def parse(self, body: Body, headers: AnyHeaders) -> Event:
        """Verify a delivery and return its event.

        Raises VerificationError, PayloadError or BodyTooLargeError, all of them WebhookErrors. Raises
        UsageError for a body that is not raw.
        """
        raw, values = raw_body(body), pick_headers(headers, _NAMES)
        self._verify(raw, values)
        event = self._event(raw, values)
        if self._max_age is not None:
            self._check_age(event.ts)
        return event

    def parse_trusted(self, body: Body, headers: AnyHeaders = ()) -> Event:
        """Return the event of a body that was verified before, such as one from a queue.

        It checks no signature, size or age, and reads only the header `as-webhook-version`. Raises
        PayloadError.
        """
        return self._event(raw_body(body), pick_headers(headers, _NAMES))

    def warm(self) -> None:
        """Load the models of every version, so that no delivery waits for imports. Each takes about 20 ms."""
        from aftership_tracking.runtime.registry import versions
        from aftership_tracking.webhooks.events.envelope import read_envelope

        for version in versions():
            # An event that every version reads, and that leads through the tolerant pass as well.
            self._event(_SAMPLE, HeaderValues({VERSION_HEADER: (version,)})).as_version(version)
            read_envelope(_ODD_SAMPLE, (version,), on_surprise=_ignore)

    def __repr__(self) -> str:
        secrets = "from a function" if self._source else len(self._keys)
        return f"Verifier(secrets: {secrets}, max_body={self._max_body}, max_age={self._max_age})"

    def _verify(self, raw: bytes, values: HeaderValues) -> int:
        """Return which secret made the signature."""
        if len(raw) > self._max_body:
            raise BodyTooLargeError(f"the body has {len(raw)} bytes, and at most {self._max_body} are read")
        given = values.get(HEADER, ())
        signature = given[0] if len(given) == 1 else ""
        index = -1
        if len(signature) == SIGNATURE_LENGTH and signature.isascii():
            index = _match(self._current_keys(), raw, signature.encode())
        if index < 0:
            # If the header is malformed, this raises and says how.
            read_signature(given)
            raise SignatureMismatchError(
                "the signature does not belong to this body and secret",
                hint=f"Check the secret, and that the body is verified before anything parses it; {_DOCTOR}",
            )
        return index

    def _current_keys(self) -> Keys:
        if self._source is None:
            return self._keys
        secrets = self._source()
        keys, problem = _make_keys(secrets)
        is_padded = _is_padded(secrets)
        del secrets
        if problem:
            raise UsageError(problem, hint=_WHERE)
        if is_padded:
            _warn_of_blanks(2)
        return keys

    def _event(self, raw: bytes, values: HeaderValues) -> Event:
        if self._event_parts is None:
            # Imported lazily: verifying alone needs no models.
            with loading:
                from aftership_tracking.webhooks.events.envelope import read_envelope
                from aftership_tracking.webhooks.events.event import Event

            self._event_parts = Event, read_envelope
        make_event, read = self._event_parts
        return make_event(raw, read(raw, values.get(VERSION_HEADER, ()), self._strict, self._on_surprise))

    def _check_age(self, ts: int) -> None:
        age = self._clock() - ts
        if self._max_age is not None and age > self._max_age:
            raise StaleEventError(f"the event is {age:.0f} s old, and max_age is {self._max_age:g} s")
        if age < -self._max_skew:
            raise StaleEventError(
                f"the event is {-age:.0f} s in the future", hint="Check the clock of this machine."
            )


def _match(keys: Keys, raw: bytes, given: bytes) -> int:
    """Return which of the keys makes this signature, or -1.

    All keys are tried, also after a match, so the time does not show which one matched.
    """
    index = -1
    for number, keyed in enumerate(keys):
        expected = binascii.b2a_base64(keyed.digest(raw), newline=False)
        if hmac.compare_digest(expected, given) and index < 0:
            index = number
    return index


_SAMPLE = b'{"event":"tracking_update","event_id":"e","is_tracking_first_tag":true,"msg":{},"ts":1}'
_ODD_SAMPLE = b'{"event":"tracking_update","event_id":7,"msg":{},"ts":"1"}'


def _ignore(_: Surprise) -> None:
    return


_NAMES = HeaderNames(HEADER, VERSION_HEADER)
_DOCTOR = "`aftership webhook doctor` finds the cause."
_WHERE = "It is shown in the webhook settings of the AfterShip account."


def _make_keys(secrets: object) -> tuple[Keys, str]:
    """Return a keyed digest for each secret, or what is wrong. An error raised here would show the secrets in
    its traceback.
    """
    listed: list[object] = [secrets] if isinstance(secrets, str) else []
    if isinstance(secrets, Sequence) and not isinstance(secrets, str | bytes | bytearray):
        listed = list(secrets)
    elif not isinstance(secrets, str):
        return (), f"the webhook secret is a string, or several strings, not {type(secrets).__name__}"
    if not listed:
        return (), "the webhook secret is missing"
    keys = []
    for secret in listed:
        if not isinstance(secret, str):
            return (), f"a webhook secret is a string, not {type(secret).__name__}"
        if not secret.strip():
            return (), "the webhook secret is blank"
        key = secret.encode("utf-8", "replace")
        if b"?" in key and key != secret.encode("utf-8", "surrogatepass"):
            return (), "the webhook secret cannot be encoded as UTF-8"
        keys.append(KeyedDigest(key))
    return tuple(keys), ""


def _is_padded(secrets: object) -> bool:
    listed = [secrets] if isinstance(secrets, str) else secrets if isinstance(secrets, Sequence) else ()
    return any(isinstance(secret, str) and secret != secret.strip() for secret in listed)


def _warn_of_blanks(stacklevel: int) -> None:
    # Imported lazily: most secrets have none.
    import warnings

    warnings.warn(
        "the webhook secret begins or ends with a blank or a line break, which is used as a part of it: "
        "files often end with one; remove it with .strip(), unless the settings of the account have it too",
        LikelyMistakeWarning,
        stacklevel=stacklevel,
    )


def raw_body(body: object) -> bytes:
    """Return a body as bytes; a string as UTF-8. Raises UsageError for everything else."""
    if type(body) is bytes:
        return body
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if isinstance(body, str):
        # A string that was decoded with losses becomes bytes that match no signature, which is right.
        return body.encode("utf-8", "surrogatepass")
    raise UsageError(
        f"the body is {type(body).__name__}, and only the raw bytes of the request can be verified",
        hint="Read it before the framework parses it: JSON that is written again has another signature.",
    )


def read_signature(values: Iterable[str]) -> bytes:
    """Return the digest that a signature header carries, given all values of that header.

    Exactly one value is accepted, and only the standard base64 of 32 bytes, as AfterShip writes it. Raises
    MissingSignatureError or MalformedSignatureError.
    """
    given = tuple(values)
    if not given:
        raise MissingSignatureError(f"the {HEADER} header is missing", hint=_DOCTOR)
    value = given[0]
    if len(given) == 1 and len(value) == SIGNATURE_LENGTH and value.isascii():
        digest = _decode_base64(value)
        if digest is not None and len(digest) == DIGEST_BYTES and encode(digest) == value:
            return digest
    problem = _find_problem(given)
    raise MalformedSignatureError(f"the {HEADER} header {_PROBLEMS[problem]}", problem=problem, hint=_DOCTOR)


def _decode_base64(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        return None


_PROBLEMS = {
    "doubled": "comes more than once",
    "empty": "is empty",
    "hex": "is in hexadecimal digits, not base64",
    "length": f"does not have the {SIGNATURE_LENGTH} characters of a signature",
    "not_ascii": "has characters that are not base64",
    "not_base64": "is not the base64 of a digest",
    "prefix": "has a prefix before the signature",
    "spaces": "has spaces around the signature",
    "url_safe": "is in base64 for URLs, not in standard base64",
}
_HEX = frozenset("0123456789abcdefABCDEF")


def _find_problem(given: tuple[str, ...]) -> str:
    """Name what is wrong with a malformed header: the first reason that fits."""
    value = given[0]
    if len(given) > 1 or "," in value:
        return "doubled"
    if not value.strip():
        return "empty"
    if not value.isascii():
        return "not_ascii"
    if value != value.strip():
        return "spaces"
    if len(value) == 64 and _HEX.issuperset(value):
        return "hex"
    if "sha256=" in value.lower():
        return "prefix"
    if len(value) in (SIGNATURE_LENGTH - 1, SIGNATURE_LENGTH) and ("-" in value or "_" in value):
        return "url_safe"
    return "length" if len(value) != SIGNATURE_LENGTH else "not_base64"
