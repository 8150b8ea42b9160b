"""The document around the pieces: what every document has, and what the lint demands of every operation."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from document_support.piece import Piece, json_content, ref
from generator.document.document import Document
from generator.document.yaml_reader import read
from marked_constraints import mark_constraints

_FILE = Path(__file__).resolve().parents[2] / "lint" / "base_document.yaml"
_BASE = read(_FILE)
_ERRORS = ("400", "401", "403", "404", "429", "5XX")
_CODES = (401, 403, 404, 429, 500)
_HEADERS = {
    "as-api-version": "Text",
    "x-ratelimit-limit": "Number",
    "x-ratelimit-remaining": "Number",
    "x-ratelimit-reset": "Number",
}


def build(pieces: Iterable[Piece], version: str) -> Document:
    """The document with these pieces. Every finding points at line 1, so a message is read by its pointer."""
    raw = copy.deepcopy(
        {key: value for key, value in _BASE.value.items() if key not in ("paths", "webhooks")}
    )
    raw["info"]["version"] = version
    raw["servers"] = [{"url": f"https://api.aftership.com/tracking/{version}"}]
    components = raw["components"]
    components["schemas"] = {name: components["schemas"][name] for name in ("Meta", "ErrorResponse")}
    raw["paths"] = {}
    for piece in (_ping(), *pieces):
        item = raw["paths"].setdefault(piece.path, {})
        item.update(copy.deepcopy(dict(piece.path_item)))
        if piece.path_parameters:
            item["parameters"] = copy.deepcopy(list(piece.path_parameters))
        item[piece.http_method] = _complete(piece)
        components["schemas"].update(copy.deepcopy(dict(piece.schemas)))
        components["securitySchemes"].update(copy.deepcopy(dict(piece.security_schemes)))
    mark_constraints(raw)
    return Document(version, raw, _BASE.marks)


def _complete(piece: Piece) -> dict[str, Any]:
    """The operation with names, errors, headers and texts."""
    operation = copy.deepcopy(dict(piece.operation))
    responses = operation.pop("responses")
    for response in responses.values():
        response.setdefault("description", "It worked.")
        response["headers"] = {
            **{name: {"$ref": f"#/components/headers/{kind}"} for name, kind in _HEADERS.items()},
            **response.get("headers", {}),
        }
    responses |= {status: {"$ref": "#/components/responses/Error"} for status in _ERRORS}
    safe = piece.http_method in ("get", "head", "put", "delete")
    complete: dict[str, Any] = {
        "operationId": operation["x-method"].replace("_", "-"),
        "tags": ["Parcels"],
        "summary": "Do something",
        "description": "It does something.",
        "x-resource": "things",
        "x-retry": "safe" if safe else "never",
        "x-error-codes": [{"code": code, "kind": "state"} for code in _CODES],
        "x-provenance": "inferred",
        **operation,
        "responses": responses,
    }
    for parameter in complete.get("parameters", ()):
        parameter.setdefault("description", "A made-up argument.")
        parameter.setdefault("x-provenance", "inferred")
    return complete


def _ping() -> Piece:
    """An operation that every document has, so that the mock knows the header of the key."""
    schemas: Mapping[str, Any] = {
        "PingResponse": {
            "type": "object",
            "description": "A made-up envelope.",
            "required": ["meta", "data"],
            "properties": {
                "meta": {**ref("Meta"), "description": "About it.", "x-provenance": "inferred"},
                "data": {**ref("PingData"), "description": "Its content.", "x-provenance": "inferred"},
            },
        },
        "PingData": {
            "type": "object",
            "description": "A made-up content.",
            "properties": {"ok": {"type": "boolean", "description": "Always.", "x-provenance": "inferred"}},
        },
    }
    operation = {
        "x-method": "ping",
        "x-unwrap": "data",
        "responses": {"200": {"content": json_content(ref("PingResponse"))}},
    }
    return Piece(construct="ping", operation=operation, path="/ping", schemas=schemas)
