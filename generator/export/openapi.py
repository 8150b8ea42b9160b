"""The document as OpenAPI 3.1 that generators of other languages and other linters take."""

from __future__ import annotations

from generator.document.document import Document
from generator.document.json_text import json_text
from generator.export.foreign_schemas import foreign_document


def openapi(document: Document) -> str:
    """The document without our keys, with open enums as unions. Raises `SpecError`."""
    return json_text(foreign_document(document))
