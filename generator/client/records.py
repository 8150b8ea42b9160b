"""What the templates see: small frozen records, one set per API version.

`Text` is text of the document and needs a quoting filter; `str` is code that the generator made or checked
itself (identifiers, annotations). Nothing here knows where the values come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.client.quoting import Text


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type as source code, and the names it needs besides the builtins."""

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
    value: Text | int
    text: Text


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum class; `base` is the runtime class it builds on."""

    name: str
    base: Literal["OpenEnum", "OpenIntEnum"]
    text: Text
    members: tuple[EnumMember, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model or typed dict. Its name is the JSON name: msgspec cannot rename attrs fields."""

    name: str
    annotation: Annotation
    required: bool
    text: Text
    secret: bool = False
    """Whether its value is hidden when the model is shown."""


@dataclass(frozen=True, slots=True)
class Model:
    """An object of the document: a class that is read and written, or a typed dict that is only written."""

    name: str
    text: Text
    fields: tuple[Field, ...]
    base: str = "Model"
    """The class it builds on, where it is a class."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the fields whose values are hidden."""
        return tuple(one.name for one in self.fields if one.secret)


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a method: its Python name, its name on the wire, and where it travels."""

    name: str
    wire: Text
    place: Literal["path", "query", "body"]
    annotation: Annotation
    required: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a path: fixed text, or the name of a path parameter."""

    text: Text
    is_parameter: bool


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Requests per seconds; `shared` when all operations of an organization draw from one bucket."""

    requests: int
    seconds: float
    shared: bool


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Paging by page number: where the items are and which parameters move the page."""

    items: tuple[Text, ...]
    page: Text
    limit: Text
    default_limit: int
    max_limit: int
    reachable: int = 0
    """So many items can be reached by number; 0 if the document names no end."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Paging by cursor: where the items and the next cursor are, and which parameter takes it."""

    items: tuple[Text, ...]
    cursor: Text
    next: tuple[Text, ...]
    has_next: tuple[Text, ...]
    limit: Text
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

    id: Text
    constant: str
    method: str
    http_method: str
    segments: tuple[Segment, ...]
    returns: str
    unwrap: tuple[Text, ...]
    result: Annotation
    """The type of the returned value; of one item for a paged operation."""
    result_text: Text
    retry: Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]
    limit: RateLimit
    errors: tuple[int, ...]
    body_wrapper: Text | None
    pagination: Pagination | None
    has_body: bool
    path: tuple[Parameter, ...]
    query: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    raises: tuple[Raised, ...]
    text: Text

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
    text: Text
    operations: tuple[Operation, ...]
    imports: tuple[Import, ...]
    """Imports needed when the module runs."""
    typing_imports: tuple[Import, ...]
    """Imports that only type checkers need."""
    base: str
    async_base: str
    """What its two classes build on, as code."""


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is generated for one API version."""

    version: str
    name: str
    title: Text
    enums: tuple[Enum, ...]
    models: tuple[Model, ...]
    inputs: tuple[Model, ...]
    resources: tuple[Resource, ...]
    model_imports: tuple[Import, ...]
    input_imports: tuple[Import, ...]
    input_typing_imports: tuple[Import, ...]
    """Imports that only type checkers need."""
