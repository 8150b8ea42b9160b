"""Whether a name of the document may become a name in generated code.

Lint says the same earlier, with a place; what stands here is the last line, for what generated code would
break on.
"""

from __future__ import annotations

import re

from generator.client.reserved_names import ANNOTATION_NAMES, MODULE_NAMES, is_plain_identifier

# Names in generated modules that only statements use, so that a class of this name would hide them.
_STATEMENT_NAMES = frozenset({"NotRequired", "cached_property", "annotations", "model"})
TAKEN_CLASSES = MODULE_NAMES | _STATEMENT_NAMES
_WORDS = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")


def field_problem(name: str, classes: frozenset[str]) -> str | None:
    """Why a JSON name cannot be the name of a field, or None. `classes` are the generated class names.

    msgspec has no rename for attrs classes, so the JSON name is the field name.
    """
    if not is_plain_identifier(name):
        return f'The property "{name}" cannot be a field in Python.'
    if name == "self":
        return 'The property "self" cannot be an argument of a class.'
    if name in ANNOTATION_NAMES or name == "NotRequired" or name in classes:
        return f'The property "{name}" would hide the class of that name.'
    return None


def is_lower_words(name: str) -> bool:
    """Whether a resource or method may have this name: lower case words, joined by one underscore."""
    return bool(_WORDS.match(name)) and is_plain_identifier(name)


def is_method_name(name: str) -> bool:
    """Whether an operation may be a method of this name; its constant is the name in upper case."""
    return is_lower_words(name) and name.upper() not in TAKEN_CLASSES
