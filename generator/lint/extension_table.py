"""Our extensions as data: the objects that may have each, and the JSON Schema of its value.

Kinds are those of the walk. `operation` means operations of `paths`, `webhook` those of `webhooks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.document.constraints import KEYWORDS, OPEN_ENUM
from generator.document.full_response import SENT

TIME_SHAPES = {
    "utc": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(\+00:00|Z)$",
    "zoned": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)$",
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "local": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$",
    "compact-date": r"^\d{8}$",
    "spaced": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    "time-of-day": r"^\d{2}:\d{2}:\d{2}$",
}
"""The shapes of times, each with the pattern of its strings (as JSON Schema writes patterns)."""

PROVENANCES = ("documented", "sdk", "observed", "inferred")
RETRIES = ("safe", "upsert", "never")
COMMON_CODES = (401, 403, 404, 429, 500)
"""The codes that any operation can return."""

_TEXT = {"type": "string", "pattern": r"\S"}
_DAY = {"type": "string", "format": "date"}
_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"}
_PATH = {"type": "string", "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$"}
_MEMBER = {"type": "string", "pattern": "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"}
_COUNT = {"type": "integer", "minimum": 1}
_MEANINGS = {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}
_PROVENANCE = {"enum": list(PROVENANCES)}


def _record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Extension:
    """The objects that may have a key, and the schema of its value."""

    objects: frozenset[str]
    value: Mapping[str, Any]


def _on(*objects: str, value: dict[str, Any]) -> Extension:
    return Extension(frozenset(objects), value)


EXTENSIONS: Mapping[str, Extension] = {
    "x-released": _on("info", value=_DAY),
    "x-supported-until": _on("info", value=_DAY),
    "x-rate-limit": _on(
        "document",
        "operation",
        value=_record(
            {"requests": _COUNT, "seconds": _COUNT, "shared-by": {"enum": ["organization", "operation"]}},
        ),
    ),
    "x-errors": _on(
        "document",
        value={
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[1-9][0-9]{2,}$"},
            "additionalProperties": _record(
                {
                    "status": {"type": "integer", "minimum": 400, "maximum": 599},
                    "type": _TEXT,
                    "message": _TEXT,
                    "meaning": _TEXT,
                    "hint": _TEXT,
                    "x-provenance": _PROVENANCE,
                },
            ),
        },
    ),
    "x-resource": _on("operation", value=_NAME),
    "x-method": _on("operation", value=_NAME),
    "x-body-wrapper": _on("operation", value=_NAME),
    "x-unwrap": _on("operation", value=_PATH),
    "x-pagination": _on(
        "operation",
        value={
            "oneOf": [
                _record(
                    {
                        "kind": {"const": "page"},
                        "items": _PATH,
                        "page": _TEXT,
                        "limit": _TEXT,
                        "default-limit": _COUNT,
                        "max-limit": _COUNT,
                    },
                    {"reachable": _COUNT},
                ),
                _record(
                    {
                        "kind": {"const": "cursor"},
                        "items": _PATH,
                        "cursor": _TEXT,
                        "next": _PATH,
                        "limit": _TEXT,
                        "default-limit": _COUNT,
                        "max-limit": _COUNT,
                    },
                    {"has-next": _PATH, "total": _PATH},
                ),
            ]
        },
    ),
    "x-retry": _on("operation", value={"enum": list(RETRIES)}),
    "x-retry-reason": _on("operation", value=_TEXT),
    "x-error-codes": _on(
        "operation",
        value={
            "type": "array",
            "minItems": 1,
            "items": _record({"code": {"type": "integer"}, "kind": {"enum": ["shape", "state"]}}),
        },
    ),
    "x-mock": _on(
        "operation",
        value={
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"},
            "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
        },
    ),
    "x-deprecated": _on(
        "operation",
        "schema",
        "parameter",
        value={
            **_record({}, {"since": _TEXT, "removed-in": _TEXT, "instead": _TEXT}),
            "minProperties": 1,
        },
    ),
    "x-provenance": _on(
        "operation", "webhook", "schema", "parameter", "header", "response", "security-scheme", "link",
        value=_PROVENANCE,
    ),
    "x-constraints": _on(
        "schema",
        value={
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"enum": [*KEYWORDS, OPEN_ENUM]},
            "additionalProperties": _PROVENANCE,
        },
    ),
    "x-open-enum": _on("schema", value=_MEANINGS),
    "x-country": _on("schema", value={"enum": ["alpha-3"]}),
    "x-enum-levels": _on("schema", value=_MEANINGS),
    "x-enum-meanings": _on("schema", value=_MEANINGS),
    "x-enum-names": _on(
        "schema",
        value={"type": "object", "minProperties": 1, "additionalProperties": _MEMBER},
    ),
    "x-when-empty": _on(
        "schema",
        value={"type": "object", "minProperties": 1, "additionalProperties": {"enum": ["object", "null"]}},
    ),
    "x-sent": _on("schema", value={"enum": list(SENT)}),
    "x-time": _on(
        "schema",
        value={"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(TIME_SHAPES)}},
    ),
}  # fmt: skip

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "document": ("x-rate-limit", "x-errors"),
    "info": ("x-released",),
    "operation": ("x-resource", "x-method", "x-retry", "x-error-codes", "x-provenance"),
    "webhook": ("x-provenance",),
}
"""The extensions that every object of a kind must have."""
