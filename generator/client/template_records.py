"""What the templates see: small frozen records, one set for each API version.

An `UntrustedString` is what the document says and needs a quoting filter. A `str` is code that the generator
made or checked itself (identifiers, annotations). Nothing here knows where the values come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.client.openapi_library import UntrustedString

_NOTHING = UntrustedString("")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type as source code, and the names that it needs besides the builtins."""

    code: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Import:
    """`from module import names`, names sorted. Without names it is `import module`."""

    module: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumMember:
    """One known value; `name` is the Python member."""

    name: str
    value: UntrustedString | int
    text: UntrustedString
    level: UntrustedString | None = None


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum class; `base` is the class of the runtime that it extends."""

    name: str
    base: Literal["OpenEnum", "OpenIntEnum"]
    text: UntrustedString
    members: tuple[EnumMember, ...]

    @property
    def has_levels(self) -> bool:
        """Whether its values rank."""
        return any(member.level is not None for member in self.members)


@dataclass(frozen=True, slots=True)
class Documented:
    """What the document says about a value beside its type."""

    text: UntrustedString
    """The limits and the default in words, such as "1 to 200, default 100"; empty if there are none."""
    rules: tuple[tuple[str, Rule], ...] = ()
    """The limits by the names of the runtime, such as `max_length`."""
    deprecated: UntrustedString = _NOTHING
    """A sentence; empty if the value is not deprecated."""


Rule = int | float | UntrustedString | Documented
"""A limit, a pattern, or what is documented about the items, names or values inside of a value."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model or typed dict. Its name is the JSON name."""

    name: str
    annotation: Annotation
    required: bool
    default: str
    """The default as source code; empty if there is none. A field of a typed dict has none."""
    text: UntrustedString
    note: UntrustedString
    """What else is documented, as sentences: that it is deprecated, limits, the default."""
    secret: bool = False
    """Whether the model hides its value when it is printed."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The field that says which model of several an object is, and its values that mean this one."""

    field: UntrustedString
    values: tuple[UntrustedString, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """An object of the document: a class that is read and written, or a typed dict that is only written."""

    name: str
    text: UntrustedString
    fields: tuple[Field, ...]
    base: str = "Model"
    """The class that it extends, where it is a class."""
    extra: Annotation | None = None
    """The type of `extra`, where the document allows further fields in a class."""
    tag: Tag | None = None

    @property
    def extra_default(self) -> str:
        """The default of `extra` as source code. A field called `sent` would hide the usual function."""
        return "sent_field()" if any(one.name == "sent" for one in self.fields) else "sent()"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the fields whose values are hidden."""
        return tuple(one.name for one in self.fields if one.secret)


@dataclass(frozen=True, slots=True)
class TimeShapes:
    """The documented shapes of a time: where it is in its argument, names with a dot between them."""

    path: UntrustedString
    shapes: UntrustedString


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a method: its Python name, its name on the wire, and its location in the request."""

    name: str
    wire: UntrustedString
    location: Literal["path", "query", "body"]
    annotation: Annotation
    required: bool
    text: UntrustedString
    clears: bool = False
    """Whether None is sent as null; of all other arguments it means "left out"."""
    times: tuple[TimeShapes, ...] = ()
    """The times in it that a date or a datetime does not fit."""
    known_values: tuple[tuple[str, str], ...] = ()
    """Where it takes values of a list: path, and the enum or the form of countries."""
    takes: str = "string"
    """What an argument of the path may be, in the words of the runtime."""
    style: str = ""
    """How an object in the query is written."""
    documented: tuple[tuple[str, Documented], ...] = ()
    """What is documented about it and about the fields inside of it, by path."""
    note: UntrustedString = _NOTHING
    """What is documented about itself, as sentences."""

    @property
    def default(self) -> str | None:
        """The default as code; None if it must be given."""
        if self.required:
            return None
        return "UNSET" if self.clears else "None"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a path: fixed text, or the name of a path parameter."""

    text: UntrustedString
    is_parameter: bool
    takes: str = "string"


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds that is not the usual JSON object. The record of the runtime is like it."""

    kind: str
    media_type: UntrustedString


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Requests in so many seconds; `shared` if all operations of an organization use one limit."""

    requests: int
    seconds: float
    shared: bool


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Paging by page number: where the items are and which parameters move the page."""

    items: tuple[UntrustedString, ...]
    page: UntrustedString
    limit: UntrustedString
    default_limit: int
    max_limit: int
    reachable: int = 0
    """How many items can be reached by number; 0 if the document does not say."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Paging by cursor: where the items and the next cursor are, and which parameter takes it."""

    items: tuple[UntrustedString, ...]
    cursor: UntrustedString
    next: tuple[UntrustedString, ...]
    has_next: tuple[UntrustedString, ...]
    limit: UntrustedString
    default_limit: int
    max_limit: int


Pagination = PageNumber | Cursor


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception class of the package and the error codes for which it is raised."""

    exception: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document and the method it becomes."""

    id: UntrustedString
    constant: str
    method: str
    http_method: str
    segments: tuple[Segment, ...]
    returns: str
    unwrap: tuple[UntrustedString, ...]
    result: Annotation
    """The type of the returned value; of one item for a paged operation."""
    result_text: UntrustedString
    retry: Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]
    limit: RateLimit
    errors: tuple[int, ...]
    body_wrapper: UntrustedString | None
    pagination: Pagination | None
    has_body: bool
    path: tuple[Parameter, ...]
    query: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    raises: tuple[Raised, ...]
    text: UntrustedString
    deprecated: UntrustedString
    """A sentence; empty if the operation is not deprecated."""
    body_content: Content | None = None
    response_content: Content | None = None
    auth: str = ""
    """How it proves who calls, where that differs from the client's way."""
    scopes: tuple[UntrustedString, ...] = ()
    """The OAuth scopes that it needs; empty if none is known."""

    @property
    def keywords(self) -> tuple[Parameter, ...]:
        """The keyword arguments, required ones first, otherwise in the order of the document."""
        named = self.query + self.body
        return tuple(one for one in named if one.required) + tuple(one for one in named if not one.required)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All arguments in the order of the signature."""
        return self.path + self.keywords


@dataclass(frozen=True, slots=True)
class Resource:
    """A group of operations: one module with a sync and an async class."""

    name: str
    class_name: str
    text: UntrustedString
    operations: tuple[Operation, ...]
    limit: RateLimit | None
    """The limit that most of them have; None if no two have the same."""
    imports: tuple[Import, ...]
    """Imports needed when the module runs."""
    typing_imports: tuple[Import, ...]
    """Imports that only type checkers need."""
    base: str
    async_base: str
    """What its two classes extend, as code."""


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is generated for one API version."""

    version: str
    name: str
    title: UntrustedString
    supported_until: str | None
    """The last day of support, such as "2025-07-09"; None if the document does not say."""
    enums: tuple[Enum, ...]
    models: tuple[Model, ...]
    inputs: tuple[Model, ...]
    resources: tuple[Resource, ...]
    model_imports: tuple[Import, ...]
    input_imports: tuple[Import, ...]
    input_typing_imports: tuple[Import, ...]
    """Imports that only type checkers need."""
