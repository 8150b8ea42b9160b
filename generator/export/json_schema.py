"""All models of a version as one JSON Schema (2020-12), each below `$defs`."""

from __future__ import annotations

from typing import Any

from generator.document.document import Document
from generator.document.json_text import json_text
from generator.document.schema_walk import PREFIX
from generator.export.foreign_schemas import foreign_schemas, with_references

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(document: Document) -> str:
    """A schema that refuses nothing by itself: users refer to `#/$defs/NAME`. Raises `SpecError`."""
    bundle: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:aftership-tracking:{document.version}",
        "title": f"{document.raw['info']['title']} {document.version}: models",
        "$defs": foreign_schemas(document),
    }
    return json_text(with_references(bundle, PREFIX, "#/$defs/"))
