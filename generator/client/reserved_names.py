"""Names that the generated code uses itself, so that a document must not give them to anything else.

Data only, for the lint that refuses them and for the stages that rely on the refusal.
"""

from __future__ import annotations

import builtins
import keyword
import re

ANNOTATION_NAMES = frozenset(
    {
        "Any",
        "CallOptions",
        "Date",
        "DatetimeInput",
        "FileContent",
        "Mapping",
        "Options",
        "Sequence",
        "Time",
        "TimeInput",
        "Timestamp",
        "UNSET",
        "Unpack",
        "UnsetType",
        "builtins",
        "sent_field",
    }
)
"""Names that annotations refer to. msgspec and type checkers evaluate an annotation with the class body
first, so a field of such a name hides the type. Builtins (`list`, `str`) are not in this list: where a field
shadows one, the annotation says `builtins.list`."""

MODULE_NAMES = ANNOTATION_NAMES | {
    "API_VERSION",
    "AfterShip",
    "AsyncAfterShip",
    "AsyncClient",
    "AsyncPages",
    "AsyncResource",
    "Content",
    "Cursor",
    "Documented",
    "Model",
    "OpenEnum",
    "OpenIntEnum",
    "Operation",
    "Page",
    "PageNumber",
    "Path",
    "RateLimit",
    "Resource",
    "Retry",
    "SyncClient",
    "TypedDict",
    "TYPE_CHECKING",
}
"""Names that generated modules import or define, so no component may have one."""

# Generated modules use these names in statements only, but a class of such a name would hide them too.
_STATEMENT_NAMES = frozenset({"NotRequired", "lazy_property", "annotations", "model", "sent"})
TAKEN_CLASSES = MODULE_NAMES | _STATEMENT_NAMES
"""Names that no generated class may have."""

BUILTIN_CLASSES = frozenset(name for name in dir(builtins) if name[0].isupper())
"""Classes of Python, so no component may have such a name: openapi-python-client would give it another."""

MODEL_ATTRIBUTES = frozenset({"extra", "from_dict", "from_json", "to_dict", "to_json"})
"""Public attributes of every model, so no property may have such a name."""

CALL_OPTIONS = frozenset({"timeout", "deadline", "max_retries", "headers", "query", "resend", "priority"})
"""Keywords of every call. The package declares them as `CallOptions`; a test compares the two."""

ARGUMENT_NAMES = frozenset({"self", "options", "cursor", "call", "locals"}) | CALL_OPTIONS
"""Arguments that generated methods have themselves, and the function that they call."""

RESERVED_RESOURCES = frozenset(
    {"aclose", "close", "limits", "prepare", "request", "with_options", "with_response"}
)
"""Public names of the clients, so no resource may have one."""

RENAMED_ARGUMENTS = frozenset({"client", "url"})
"""Parameters that openapi-python-client renames, to `client_query` for instance; here they do not change."""

TRANSPORT_HEADERS = frozenset({"accept", "content-type", "as-api-key"})
"""Header parameters, in lower case, that the runtime sends itself; they never become arguments."""

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_PATH_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_LOWER_WORDS = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")


def is_plain_identifier(name: str) -> bool:
    """Whether `name` can be used in Python code as it is: ASCII, not a keyword, public."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def is_path_variable(name: str) -> bool:
    """Whether openapi-python-client finds a variable of a path by this name."""
    return bool(_PATH_VARIABLE.match(name))


def to_snake_case(wire: str) -> str:
    """A name on the wire in snake case: two names with the same result would become one argument."""
    return _SEPARATORS.sub("_", _WORD_STARTS.sub("_", wire)).strip("_").lower()


def class_name(resource: str) -> str:
    """The class of a resource: `last_checkpoints` becomes `LastCheckpoints`."""
    return "".join(word.capitalize() for word in resource.split("_"))


def field_problem(name: str, classes: frozenset[str]) -> str | None:
    """Why a JSON name cannot be the name of a field, or None. `classes` are the generated class names.

    The JSON name is the field name: models never rename.
    """
    if not is_plain_identifier(name):
        return f'The property "{name}" cannot be a field in Python.'
    if name == "self":
        return 'The property "self" cannot be an argument of a class.'
    if name in MODEL_ATTRIBUTES:
        return f'The property "{name}" would hide an attribute that every model has.'
    if name in ANNOTATION_NAMES or name == "NotRequired" or name in classes:
        return f'The property "{name}" would hide the class of that name.'
    return None


def is_lower_words(name: str) -> bool:
    """Whether a resource or method may have this name: lower case words, joined by one underscore."""
    return bool(_LOWER_WORDS.match(name)) and is_plain_identifier(name)


def resource_problem(name: str) -> str | None:
    """Why a resource cannot have this name, or None."""
    if not is_lower_words(name):
        return f'"{name}" cannot be a Python name.'
    if name in RESERVED_RESOURCES:
        return f'"{name}" is an attribute that every client has.'
    for one in (class_name(name), f"Async{class_name(name)}"):
        if one in TAKEN_CLASSES or keyword.iskeyword(one):
            return f'The resource "{name}" would be the class {one}, which is a name of the generated code.'
    return None


def is_method_name(name: str) -> bool:
    """Whether an operation may be a method of this name; its constant is the name in upper case."""
    # In the class, a method would hide the decorator.
    return is_lower_words(name) and name.upper() not in TAKEN_CLASSES and name != "deprecated"
