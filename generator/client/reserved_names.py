"""Names that the generated code uses itself, so that a document must not give them to anything else.

Data only, for the lint that refuses them and for the stages that rely on the refusal.
"""

from __future__ import annotations

import keyword
import re

ANNOTATION_NAMES = frozenset(
    {
        "Any",
        "Date",
        "Mapping",
        "Options",
        "Sequence",
        "Time",
        "TimeInput",
        "Timestamp",
        "UNSET",
        "UnsetType",
        "builtins",
    }
)
"""Names that annotations refer to. msgspec and type checkers evaluate an annotation with the class body
first, so a field of such a name hides the type. Builtins (`list`, `str`) are no part of this: where a field
shadows one, the annotation says `builtins.list`."""

MODULE_NAMES = ANNOTATION_NAMES | {
    "API_VERSION",
    "AfterShip",
    "AsyncAfterShip",
    "AsyncClient",
    "AsyncPages",
    "AsyncResource",
    "Cursor",
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

ARGUMENT_NAMES = frozenset({"self", "options", "resume"})
"""Arguments that generated methods have of their own."""

RENAMED_ARGUMENTS = frozenset({"client", "url"})
"""Parameters that openapi-python-client renames by their place (`client_query`), which nobody would guess."""

TRANSPORT_HEADERS = frozenset({"accept", "content-type", "as-api-key"})
"""Header parameters, in lower case, that the runtime sends itself; they never become arguments."""

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")


def is_plain_identifier(name: str) -> bool:
    """Whether `name` can stand in Python code as it is: ASCII, no keyword, public."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def cleaned(wire: str) -> str:
    """What is left of a name on the wire once it is snake case: two names that meet here are one argument."""
    return _SEPARATORS.sub("_", _WORD_STARTS.sub("_", wire)).strip("_").lower()


def class_name(resource: str) -> str:
    """The class of a resource: `last_checkpoints` becomes `LastCheckpoints`."""
    return "".join(word.capitalize() for word in resource.split("_"))
