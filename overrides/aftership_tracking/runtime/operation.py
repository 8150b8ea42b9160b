"""What a generated package declares about one operation. Nothing here sends, waits or decodes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

T = TypeVar("T")
F = TypeVar("F")

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from aftership_tracking.runtime.paging import Pagination

    # The mark of PEP 702: type checkers report the method, and editors strike it through.
    if sys.version_info >= (3, 13):
        from warnings import deprecated
    else:
        from typing_extensions import deprecated
else:
    # At run time it is ours: `warnings.deprecated` is new in Python 3.13, `typing_extensions` imports much.
    # It does not warn: the call does (`calls/likely_mistakes.py`).
    def deprecated(message: str) -> Callable[[Any], Any]:
        """Mark a method as deprecated. `message`: what to do instead; it is found in `__deprecated__`."""

        def mark(function: Any) -> Any:
            function.__deprecated__ = message
            return function

        return mark


def consists_of(*methods: str) -> Callable[[F], F]:
    """Mark a method that makes several calls with the names of the methods that it may call, which
    `oauth.scopes_of` needs.
    """

    def mark(function: F) -> F:
        function.__consists_of__ = methods  # type: ignore[attr-defined]
        return function

    return mark


__all__ = [
    "Content",
    "Documented",
    "Operation",
    "Path",
    "RateLimit",
    "Retry",
    "consists_of",
    "deprecated",
    "find_argument",
]


class Path(NamedTuple):
    """A segment of a path that an argument of the call fills."""

    name: str
    takes: str = "string"
    """What the argument may be: `string`, `integer`, `number`, `boolean`, `date` or `datetime`, several with
    spaces between them. `list` before them: a sequence of such values."""
    argument: str = ""
    """The name of the argument, where it is not that of the segment."""


class Content(NamedTuple):
    """What a body holds where it is not the usual JSON object."""

    kind: str
    """In a request: `whole` (the only argument is the whole JSON value), `extra` (a JSON object, to which the
    argument `extra` adds keys), `multipart`, `form`, `text` or `bytes` (the only argument is the body).
    In a response: `json` (not an object with fields), `text`, `bytes` or `empty`."""
    media_type: str = "application/json"
    """Such as `application/pdf`."""


class Retry(Enum):
    """Whether a request may be sent twice."""

    SAFE = "safe"
    """Repeating the request changes nothing more."""
    CREATE_OR_GET_ONLY = "upsert"
    """A repeated request can fail because the first one created the object. It is never repeated after it may
    have arrived; only `upsert` handles that case."""
    NEVER = "never"
    """A repeated request acts again. It is never repeated after it may have arrived."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """How often the service accepts requests."""

    requests: int
    """How many requests are allowed in `seconds`."""
    seconds: float
    """The length of the window."""
    shared: bool
    """True: all operations of the organization draw from one bucket. False: this operation has its own."""


class Documented:
    """What the document says about a value beside its type. The service may accept other values."""

    __slots__ = ("deprecated", "rules", "text")

    def __init__(self, text: str, *, deprecated: str = "", **rules: float | str | Documented) -> None:
        self.text = text
        """The limits and the default in words, such as "1 to 200, default 100"."""
        self.deprecated = deprecated
        """Since when the value is deprecated, and what to use instead; empty if it is not."""
        self.rules = rules
        """The limits by name: `minimum`, `max_length`, `pattern` ... `items`, `names` and `values` are about
        what the value holds. `runtime/calls/documented_limits.py` knows them all."""


class Operation(NamedTuple, Generic[T]):
    """One operation of one API version. `T` is the type of what its method returns."""

    id: str
    method: str
    path: tuple[str | Path, ...]
    returns: str
    """Name of the envelope model. It is looked up on first decode, so that models are imported lazily. Where
    `response` is JSON, it is the type of the whole value, such as `list[Courier]`."""
    unwrap: tuple[str, ...]
    retry: Retry
    limit: RateLimit
    errors: tuple[int, ...] = ()
    body_wrapper: str | None = None
    pagination: Pagination | None = None
    required: tuple[str, ...] = ()
    """Names of arguments of query and body that must be given."""
    clears: tuple[str, ...] = ()
    """Names of arguments of the body for which None means "set to null". For all others it means "left
    out"."""
    times: tuple[tuple[str, str], ...] = ()
    """Times that not every kind of time fits: where each is (the names of argument and fields with dots
    between them), and its documented shapes (`zoned`, `date`, `local` ...) with spaces between them."""
    query_values: tuple[tuple[str, str | Documented], ...] = ()
    """What is known about the values of query parameters: name, and the enum whose values it takes (`alpha-3`
    for countries), or what is documented about its value."""
    body_values: tuple[tuple[str, str | Documented], ...] = ()
    """The same for what the body holds. A name may be a path: `customers.role`. Lists are not marked."""
    query_styles: tuple[tuple[str, str], ...] = ()
    """The query parameters that are objects: name, and `deepObject`, `form` (all in one value) or `exploded`
    (each property by itself)."""
    body: Content | None = None
    """What the request holds; None: a JSON object of the arguments, or nothing."""
    response: Content | None = None
    """What the response for success holds; None: JSON that the model `returns` describes."""
    query_names: tuple[str, ...] = ()
    """The arguments of the method that the query holds."""
    body_names: tuple[str, ...] | None = None
    """The arguments of the method that the body holds; None: it has no body."""
    renamed: tuple[tuple[str, str], ...] = ()
    """The arguments that have another name in query or body: name of the argument, name on the wire."""
    auth: str = ""
    """How the client proves itself, where it is not as always: `bearer` (the API key as a bearer token), or
    `none`."""
    deprecated: str = ""
    """Since when it is deprecated, and what to use instead; empty if it is not."""
    scopes: tuple[str, ...] = ()
    """The OAuth scopes that it needs; empty: the document names none, so they are unknown."""


def find_argument(operation: Operation[Any], names: tuple[str, ...] | None, wire: str) -> str:
    """Return what the caller calls a name on the wire. `names`: the arguments of query or body."""
    found = (name for name, renamed in operation.renamed if renamed == wire and name in (names or ()))
    return next(found, wire)
