"""Small documents, built in memory without files and lint, so that a test has only what it is about."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from generator.document.compose import compose
from generator.document.document import Document
from generator.document.source import Location, Mark

GOLDEN = Path(__file__).resolve().parents[2] / "generator" / "golden"
CASES = tuple(sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()))
PARCELS = "2031-05"


def parcels() -> dict[str, Any]:
    """The document of the golden case `parcels`; a test may change it."""
    return copy.deepcopy(compose(GOLDEN / "parcels" / "spec", PARCELS).raw)


def as_document(raw: dict[str, Any]) -> Document:
    """A document around raw content; every error points at line 1 of small.yaml."""
    return Document(raw["info"]["version"], raw, Mark(Location("small.yaml", 1, 1)))


def small(**schemas: Any) -> dict[str, Any]:
    """A document with one operation that returns `Thing`, and the given schemas beside it."""
    named = {
        "ThingResponse": envelope("Thing"),
        "Meta": {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}},
        "Thing": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": PARCELS},
        "x-rate-limit": {"requests": 10, "seconds": 1, "shared-by": "organization"},
        "x-errors": {},
        "paths": {"/things": {"get": operation()}},
        "components": {"schemas": named | schemas},
    }


def operation(**changes: Any) -> dict[str, Any]:
    """A GET operation of the resource `things`."""
    return {
        "operationId": "get-thing",
        "summary": "Get a thing",
        "x-resource": "things",
        "x-method": "get",
        "x-unwrap": "data",
        "x-retry": "safe",
        "responses": {"200": response("ThingResponse")},
    } | changes


def response(schema: str) -> dict[str, Any]:
    """A response whose content is a component."""
    return {"description": "It.", "content": {"application/json": {"schema": ref(schema)}}}


def envelope(schema: str) -> dict[str, Any]:
    """The usual envelope around a component."""
    properties = {"meta": ref("Meta"), "data": ref(schema)}
    return {"type": "object", "required": ["meta", "data"], "properties": properties}


def ref(schema: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{schema}"}


def write_spec(root: Path, raw: dict[str, Any]) -> None:
    """Write a document as `spec/openapi.yaml` below `root`."""
    (root / "spec").mkdir(parents=True, exist_ok=True)
    (root / "spec" / "openapi.yaml").write_text(_yaml(raw), "utf-8")


def _yaml(value: Any) -> str:
    """JSON that a YAML reader accepts: everything beyond printable ASCII is escaped, without surrogates."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return re.sub(r"[^\n\x20-\x7e]", lambda found: f"\\U{ord(found[0]):08X}", text)
