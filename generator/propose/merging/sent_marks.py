"""`x-sent` where it still says something: not on what only requests hold now, and not against `required`."""

from __future__ import annotations

from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.full_response import KEY, directions
from generator.document.schema_walk import as_list, as_mapping, subschemas

_UNSURE = ("inferred", "sometimes")


def mend_sent_marks(document: Document) -> None:
    """Take the marks away that the lint would refuse. Changes the schemas of the document.

    A component that is needed in two shapes has the marks of ours in both, and one of the two may be of
    requests alone. A property that is required is always sent.
    """
    read = directions(document).read.properties
    for name, schema in document.raw["components"]["schemas"].items():
        _mend(schema, pointers.child("", "components", "schemas", name), read)


def _mend(schema: Any, pointer: str, read: frozenset[str]) -> None:
    required = as_list(as_mapping(schema).get("required"))
    for name, declared in as_mapping(as_mapping(schema).get("properties")).items():
        if KEY not in as_mapping(declared):
            continue
        unread = pointers.child(pointer, "properties", name) not in read
        if unread or (name in required and declared[KEY] in _UNSURE):
            del declared[KEY]
    for below, at in subschemas(schema, pointer):
        _mend(below, at, read)
