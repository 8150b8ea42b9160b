"""Every exception of the package, and what to do about it.

    AfterShipError                  base of all
    ├── CallError                   base of all that have operation, method, path, attempts
    │   ├── ApiError                the response of the service is an error
    │   │   ├── AuthenticationError     401: the key or its signature is wrong
    │   │   ├── PermissionDeniedError   403: the key may not do this
    │   │   │   └── MissingScopeError       the token lacks a scope, nothing was sent; import it from
    │   │   │                           aftership_tracking.oauth
    │   │   ├── NotFoundError           404, 4004: no such tracking or path
    │   │   ├── AlreadyExistsError      4003: the tracking exists already
    │   │   ├── ValidationError         400, and 4001 to 4017 without 4003 and 4004: the request is wrong
    │   │   ├── RateLimitError          429: too many requests
    │   │   └── ServerError             5xx: the service failed
    │   ├── TransportError          no whole response arrived
    │   │   ├── ConnectError            no connection, so nothing was sent (also Python's ConnectionError)
    │   │   └── TimeoutError            nothing arrived in time (also Python's TimeoutError)
    │   │       └── WaitTimeoutError    the tracking did not reach the status in time; import it from
    │   │                               aftership_tracking
    │   ├── NotConnectedError       the token store has no tokens of this merchant, nothing was sent
    │   └── DecodeError             a response arrived and could not be read
    ├── FinalStateError             no news is expected that `wait_until` waits for; import it from
    │                               aftership_tracking
    ├── StorageError                a file or a server that remembers something cannot be used: locked, full
    │   ├── LimiterError                the shared limiter failed, and is configured to raise
    │   └── StoreError                  the store of handled webhooks failed; import it from
    │                                   aftership_tracking.webhooks.stores
    └── UsageError                  the call was refused before anything was sent (also a ValueError)

    VersionWarning                  (a warning) another API version responds than the requested one
    LimiterWarning                  (a warning) the shared limiter failed; only this process counts the limits
    StaleStateWarning               (a warning) changes were not read for so long that some are gone
    LikelyMistakeWarning            (a warning) an argument is almost a known value, or outside of its limits
    ApiDeprecationWarning           (a warning) the API is going to drop what the call uses

HTTP status and `meta.code` choose the class, never `meta.type`: a missing tracking is 404 with the type
"BadRequest". Messages of errors never contain header values, keys or response bodies.
"""

from __future__ import annotations

import builtins
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftership_tracking.runtime.attempt import Attempt
    from aftership_tracking.runtime.surprise import Surprise

# Without TimeoutError: `import *` must not replace the one of Python. It can be imported by its name.
__all__ = [
    "AfterShipError",
    "AlreadyExistsError",
    "ApiDeprecationWarning",
    "ApiError",
    "AuthenticationError",
    "CallError",
    "ConnectError",
    "DecodeError",
    "ErrorCode",
    "LikelyMistakeWarning",
    "LimiterError",
    "LimiterWarning",
    "NotConnectedError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "StaleStateWarning",
    "StorageError",
    "TransportError",
    "UsageError",
    "ValidationError",
    "VersionWarning",
]


class ErrorCode(IntEnum):
    """The documented values of `meta.code`. An undocumented number stays a plain number on an error."""

    INVALID_REQUEST = 400
    UNAUTHORIZED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    TOO_MANY_REQUESTS = 429
    INTERNAL_ERROR = 500
    BAD_GATEWAY = 502
    SERVICE_UNAVAILABLE = 503
    GATEWAY_TIMEOUT = 504
    INVALID_JSON = 4001
    INVALID_JSON_LEGACY = 4002
    TRACKING_ALREADY_EXISTS = 4003
    TRACKING_NOT_FOUND = 4004
    TRACKING_NUMBER_INVALID = 4005
    TRACKING_REQUIRED = 4006
    TRACKING_NUMBER_REQUIRED = 4007
    VALUE_INVALID = 4008
    VALUE_REQUIRED = 4009
    SLUG_INVALID = 4010
    REQUIRED_FIELDS_MISSING = 4011
    COURIER_UNKNOWN = 4012
    RETRACK_NOT_INACTIVE = 4013
    NOTIFICATION_REQUIRED = 4014
    ID_INVALID = 4015
    RETRACK_LIMIT_REACHED = 4016
    TRACKING_NUMBER_FORMAT_INVALID = 4017

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        return _ADVICE[self]


_ADVICE: dict[int, str] = {
    400: "Check the parameters against the documentation of this operation.",
    401: "Check the API key, the organization it belongs to, and how it signs requests.",
    403: "Give the API key the permission for this area, or check whether the plan includes it.",
    404: "Check the id, and that base_url is the address of the service.",
    429: "Send more slowly; workers that share one organization share one limit.",
    500: "Try again later; if it happens again, give the trace id to AfterShip's support.",
    502: "Try again shortly.",
    503: "Try again shortly.",
    504: "Try again shortly; a write may have been carried out.",
    4001: "The service could not read the body as JSON; something on the way changed it.",
    4002: "The service could not read the body as JSON; something on the way changed it.",
    4003: "Use the existing tracking: the error carries its id if the service sent it.",
    4004: "Check the id; a deleted tracking, or one older than 120 days, is gone.",
    4005: "Check tracking_number: 4 to 100 characters out of A-Z, 0-9, '-', '.', '_', '/'.",
    4006: "The body lacks its `tracking` object; it may have the form of another API version.",
    4007: "Give a tracking_number.",
    4008: "Correct the field that the message names.",
    4009: "Give the field that the message names.",
    4010: "Check the slug against the list of couriers.",
    4011: "This courier needs more fields than a number: the message names them.",
    4012: "Give the slug, or activate the courier in the account, so that none has to be detected.",
    4013: "Only an expired or completed tracking can be tracked again.",
    4014: "The body lacks its `notification` object.",
    4015: "Check the tracking id; a tracking number is not accepted here.",
    4016: "This shipment was already tracked again once; create a new tracking instead.",
    4017: "The number does not have the format of this courier; check number and slug.",
}


class AfterShipError(Exception):
    """Base of all errors of this package. `hint` says what to do next, or is None."""

    hint: str | None = None
    cursor: str | None = None
    """The cursor of the page of a list that could not be read. Give it to `list` as `cursor` to continue from
    there. None outside of lists, and for the first page of a list, where `cursor=None` begins too."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if not self.hint else f"{_end_sentence(self.message)} {self.hint}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors have keyword arguments, which the default implementation cannot restore in another process.
        return (_restore, (type(self), self.__dict__.copy()))


def _end_sentence(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _restore(cls: type[AfterShipError], state: dict[str, Any]) -> AfterShipError:
    error = cls.__new__(cls, state.get("message", ""))
    error.args = (state.get("message", ""),)
    error.__dict__.update(state)
    return error


class UsageError(AfterShipError, ValueError):
    """The call cannot be sent as it is: a wrong argument, a closed client, a missing key."""


class StorageError(AfterShipError):
    """A file or a server in which this package remembers something cannot be used: it is locked, full,
    damaged or not readable. It is trouble of the machine, not of the arguments. `__cause__` is the original
    error, if there is one.
    """


class LimiterError(StorageError):
    """The file or the Redis of a shared limiter cannot be used, and the limiter was made with
    `on_failure="raise"`. Nothing was sent.
    """


class LikelyMistakeWarning(UserWarning):
    """An argument is almost a value that the API knows, such as `pending` for `Pending`, or outside of its
    documented limits, such as `limit=1000`. It is sent as it is, because the service may take more than this
    client knows. Each argument and value is said once. A webhook secret with a line break at its end is one.
    """


class ApiDeprecationWarning(DeprecationWarning):
    """A call uses an operation or an argument that the API is going to drop. Each is said once. Python shows
    it only in `__main__` and in tests; to see all: `warnings.simplefilter("default", ApiDeprecationWarning)`.
    """


class LimiterWarning(UserWarning):
    """The file or the Redis of a shared limiter cannot be used. Only the requests of this process are
    counted.
    """


class VersionWarning(UserWarning):
    """The service responds with another API version than the one of this client: it did so, or the support of
    the client's version has ended. To treat it as an error: `warnings.simplefilter("error", VersionWarning)`.
    """


class StaleStateWarning(UserWarning):
    """The last reading of changes is longer ago than trackings can be listed: some changes cannot be read."""


class CallError(AfterShipError):
    """The common base of errors of a call that could be sent."""

    operation: str = ""
    """Id of the operation, such as `get-tracking-by-id`."""
    method: str = ""
    """The HTTP method."""
    path: str = ""
    """Path of the URL, without the query."""
    attempts: tuple[Attempt, ...] = ()
    """One record for each time the request was sent: its outcome, and how long the client waited after it."""

    def __str__(self) -> str:
        where = f"{self.method} {self.path}: " if self.method else ""
        parts = [f"{where}{self._sentence()}"]
        facts = self._facts()
        if facts:
            parts.append(f"({', '.join(facts)})")
        text = " ".join(parts)
        return f"{_end_sentence(text)} {self.hint}" if self.hint else text

    def _sentence(self) -> str:
        return self.message

    def _facts(self) -> list[str]:
        return [f"{len(self.attempts)} attempts"] if len(self.attempts) > 1 else []


class ApiError(CallError):
    """The response of the service is an error."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        type: str | None = None,
        trace_id: str | None = None,
        data: object = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        """HTTP status."""
        self.code = code
        """`meta.code`, an `ErrorCode` when it is documented; None when the response has none."""
        self.type = type
        """`meta.type`. It is for people only: a missing tracking has the type "BadRequest"."""
        self.trace_id = trace_id
        """`as-trace-id` of the response, for AfterShip's support."""
        self.data = data
        """`data` of the response, as parsed."""
        self.body = body
        """The first bytes of the response, unchanged."""
        self.headers = dict(headers or {})
        """Headers of the response, names in lower case."""
        self.retry_after = retry_after
        """The seconds to wait that the service requested; None if it requested no wait."""

    def _sentence(self) -> str:
        status_is_enough = self.code is None or self.code == self.status
        head = f"{self.status}" if status_is_enough else f"{self.status}, code {self.code:d}"
        return f"{head}: {self.message}"

    def _facts(self) -> list[str]:
        trace = [f"trace {self.trace_id}"] if self.trace_id else []
        return [*trace, *super()._facts()]


class AuthenticationError(ApiError):
    """401: the key is missing or wrong, or the signature does not match. Correct key, secret or `auth`."""


class PermissionDeniedError(ApiError):
    """403: the key is correct and has no permission for this: give it the permission, or take another key."""


class NotFoundError(ApiError):
    """404 or code 4004: there is no such tracking, or no such path. Correct the id."""


class AlreadyExistsError(ApiError):
    """Code 4003: a tracking with this number exists already: use it (`existing_id`), or call `upsert`."""

    @property
    def existing_id(self) -> str | None:
        """Id of the existing tracking, if the response contains it."""
        return self._existing("id")

    @property
    def existing_slug(self) -> str | None:
        """Courier of the existing tracking, if the response contains it."""
        return self._existing("slug")

    @property
    def existing_tracking_number(self) -> str | None:
        """Number of the existing tracking, if the response contains it."""
        return self._existing("tracking_number")

    def _existing(self, name: str) -> str | None:
        found = self.data
        # Versions with a wrapper put the tracking one level deeper.
        if isinstance(found, dict) and isinstance(found.get("tracking"), dict):
            found = found["tracking"]
        value = found.get(name) if isinstance(found, dict) else None
        return value if isinstance(value, str) and value else None


class ValidationError(ApiError):
    """The request is invalid (400 and its four-digit codes): change it before you send it again."""


class RateLimitError(ApiError):
    """429: too many requests. Wait `retry_after` seconds if it is given, or send less."""


class ServerError(ApiError):
    """5xx: the service failed. Try later; a write may have been carried out, so look first."""


class TransportError(CallError):
    """No whole response arrived. `sent` says whether the request may have been carried out."""

    def __init__(self, message: str, *, sent: bool = True, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sent = sent
        """False when it is certain that nothing reached the service; True when it may have."""


class ConnectError(TransportError, builtins.ConnectionError):
    """No connection could be made, so the service did not see the request: it is safe to repeat."""

    def __init__(self, message: str, *, sent: bool = False, hint: str | None = None) -> None:
        super().__init__(message, sent=sent, hint=hint)


class TimeoutError(TransportError, builtins.TimeoutError):  # noqa: A001 - it is a TimeoutError of Python too
    """Nothing arrived in time, or the deadline of the call passed. The call may have been carried out."""


class NotConnectedError(CallError):
    """The token store has no tokens of this merchant. Nothing was sent: the merchant has to connect."""

    def __init__(self, message: str, *, merchant: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.merchant = merchant
        """The id of the merchant, as it was given to `Tenants.client`."""


class DecodeError(CallError):
    """A response arrived that cannot be read, or that `strict=True` does not accept: see `surprises`."""

    def __init__(
        self,
        message: str,
        *,
        surprises: tuple[Surprise, ...] = (),
        status: int | None = None,
        trace_id: str | None = None,
        body: bytes = b"",
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.surprises = surprises
        """Every difference between the response and the document."""
        self.status = status
        self.trace_id = trace_id
        self.body = body
        """The first bytes of the response, unchanged."""
