"""For every keyword that the project reads: changes of it in a small document, as JSON Pointers and values.

What the diff does not report of them is in `unreported_keywords`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GONE = object()
"""Instead of a value: the keyword is not there."""
Edit = tuple[str, Any, Any]
"""The pointer of a keyword, its value before and after."""
Key = tuple[str, str]
"""The kind of an object, and a keyword; a part of its value with a slash, `x-pagination/items`."""

LIST, ONE = "/paths/~1parcels/get", "/paths/~1parcels~1{id}/get"
POST, EVENT = "/paths/~1parcels/post", "/webhooks/parcel_update/post"
PAGE = f"{LIST}/parameters/0"
TAGS = f"{LIST}/parameters/2"
BODY = f"{POST}/requestBody"
JSON = "content/application~1json"
OK = f"{LIST}/responses/200"
HEADER = f"{OK}/headers/x-left"
KEY_SCHEME, OAUTH = "/components/securitySchemes/Key", "/components/securitySchemes/OAuth"
LINK = ("operationId", "operationRef", "parameters", "description", "x-provenance")
"""The keywords of a link."""
COMPONENTS = (
    *("schemas", "responses", "parameters", "requestBodies", "headers", "examples"),
    *("securitySchemes", "links"),
)
"""The kinds of components."""
OTHER = {"description": "Another.", "responses": {"200": {"description": "Fine."}}}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}
CLOSED = {"enum": ["A", "B"]}
OPEN = {"x-open-enum": {"A": "One.", "B": "Two."}}


def _schema(before: Mapping[str, Any], after: Mapping[str, Any], **beside: Any) -> tuple[Any, Any]:
    return {**beside, **before}, {**beside, **after}


def _limit(keyword: str, low: Any, high: Any, **beside: Any) -> list[tuple[Any, Any]]:
    return [
        _schema({}, {keyword: low}, **beside),
        _schema({keyword: low}, {keyword: high}, **beside),
        _schema({keyword: high}, {keyword: low}, **beside),
        _schema({keyword: low}, {}, **beside),
    ]


_PARTS = [{"required": ["a"]}, {"required": ["b"]}]
_PLAIN_OBJECT = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
SCHEMAS: Mapping[str, list[tuple[Any, Any]]] = {
    "$ref": [({"$ref": "#/components/schemas/Event"}, {"$ref": "#/components/schemas/Cause"})],
    "type": [
        (TEXT, {"type": "integer"}),
        (TEXT, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, TEXT),
        (TEXT, {"type": ["string", "integer"]}),
        ({"type": "integer"}, NUMBER),
    ],
    "required": [
        _schema({}, {"required": ["a"]}, **_PLAIN_OBJECT),
        _schema({"required": ["a"]}, {}, **_PLAIN_OBJECT),
    ],
    "properties": [
        (_PLAIN_OBJECT, {"type": "object", "properties": {"a": TEXT}}),
        ({"type": "object", "properties": {"a": TEXT}}, _PLAIN_OBJECT),
    ],
    "items": [({"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER})],
    "additionalProperties": [
        _schema({}, {"additionalProperties": False}, type="object"),
        _schema({"additionalProperties": False}, {}, type="object"),
        _schema({"additionalProperties": TEXT}, {"additionalProperties": NUMBER}, type="object"),
        _schema({}, {"additionalProperties": TEXT}, type="object"),
        _schema({"additionalProperties": TEXT}, {}, type="object"),
        _schema({"additionalProperties": False}, {"additionalProperties": TEXT}, type="object"),
    ],
    "allOf": [_schema({}, {"allOf": [{"type": "object", "properties": {"more": TEXT}}]}, **_PLAIN_OBJECT)],
    "anyOf": [
        ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, {"type": "boolean"}]}),
        _schema({}, {"anyOf": _PARTS}, **_PLAIN_OBJECT),
        _schema({"anyOf": _PARTS}, {}, **_PLAIN_OBJECT),
    ],
    "oneOf": [
        ({"oneOf": [TEXT, NUMBER]}, {"oneOf": [TEXT]}),
        _schema({}, {"oneOf": _PARTS}, **_PLAIN_OBJECT),
        _schema({"oneOf": _PARTS}, {"oneOf": [_PARTS[0]]}, **_PLAIN_OBJECT),
    ],
    "enum": [
        _schema({}, CLOSED, **TEXT),
        _schema(CLOSED, {}, **TEXT),
        _schema(CLOSED, {"enum": ["A"]}, **TEXT),
        _schema(CLOSED, {"enum": ["A", "B", "C"]}, **TEXT),
    ],
    "const": _limit("const", "A", "B", **TEXT),
    "format": _limit("format", "email", "uuid", **TEXT),
    "description": [
        _schema({"description": "One."}, {"description": "Two."}, **TEXT),
        _schema({}, {"description": "Two."}, **TEXT),
    ],
    "deprecated": [_schema({}, {"deprecated": True}, **TEXT), _schema({"deprecated": True}, {}, **TEXT)],
    "default": _limit("default", "a", "b", **TEXT),
    **{
        key: _limit(key, 1, 2, **NUMBER)
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    },
    "minLength": _limit("minLength", 1, 2, **TEXT),
    "maxLength": _limit("maxLength", 1, 2, **TEXT),
    "pattern": _limit("pattern", "^a", "^b", **TEXT),
    "minItems": _limit("minItems", 1, 2, type="array", items=TEXT),
    "maxItems": _limit("maxItems", 1, 2, type="array", items=TEXT),
    "uniqueItems": [
        _schema({}, {"uniqueItems": True}, type="array", items=TEXT),
        _schema({"uniqueItems": True}, {}, type="array", items=TEXT),
    ],
    "minProperties": _limit("minProperties", 1, 2, type="object", additionalProperties=TEXT),
    "maxProperties": _limit("maxProperties", 1, 2, type="object", additionalProperties=TEXT),
    "propertyNames": _limit("propertyNames", {"pattern": "^a"}, {"pattern": "^b"}, type="object"),
    "not": _limit("not", {"required": ["a"]}, {"required": ["b"]}, **_PLAIN_OBJECT),
    "dependentRequired": _limit("dependentRequired", {"a": ["b"]}, {"b": ["a"]}, **_PLAIN_OBJECT),
    "x-open-enum": [
        _schema({}, OPEN, **TEXT),
        _schema(OPEN, {}, **TEXT),
        _schema(OPEN, {"x-open-enum": {"A": "One."}}, **TEXT),
        _schema(OPEN, {"x-open-enum": {"A": "One.", "B": "Another."}}, **TEXT),
        _schema(OPEN, CLOSED, **TEXT),
    ],
    "x-enum-meanings": [
        _schema({"x-enum-meanings": {"A": "One."}}, {"x-enum-meanings": {"A": "Two."}}, **TEXT, **CLOSED),
        _schema({}, {"x-enum-meanings": {"A": "Two."}}, **TEXT, **CLOSED),
    ],
    "x-enum-levels": [
        _schema({"x-enum-levels": {"A": "low"}}, {"x-enum-levels": {"A": "high"}}, **TEXT, **OPEN)
    ],
    "x-enum-names": [
        _schema({"x-enum-names": {"A": "ONE"}}, {"x-enum-names": {"A": "TWO"}}, **TEXT, **OPEN),
        _schema({}, {"x-enum-names": {"A": "TWO"}}, **TEXT, **OPEN),
    ],
    "x-country": [
        _schema({}, {"x-country": "alpha-3"}, **TEXT),
        _schema({"x-country": "alpha-3"}, {}, **TEXT),
    ],
    "x-time": [
        _schema({}, {"x-time": ["date"]}, **TEXT),
        _schema({"x-time": ["date"]}, {}, **TEXT),
        _schema({"x-time": ["date"]}, {"x-time": ["local"]}, **TEXT),
    ],
    "x-when-empty": [
        _schema({"x-when-empty": {"a": "object"}}, {"x-when-empty": {"a": "null"}}, **_PLAIN_OBJECT)
    ],
    "x-sent": [_schema({"x-sent": "observed"}, {"x-sent": "sometimes"}, **TEXT)],
    "x-deprecated": [
        _schema(
            {"x-deprecated": {"since": "2024-01", "instead": "a"}},
            {"x-deprecated": {"since": "2024-01", "instead": "b"}},
            **TEXT,
            deprecated=True,
        ),
        _schema(
            {"x-deprecated": {"since": "2024-01"}},
            {"x-deprecated": {"since": "2024-01", "removed-in": "2025-01"}},
            **TEXT,
            deprecated=True,
        ),
    ],
    "x-constraints": [
        _schema(
            {"x-constraints": {"maxLength": "inferred"}},
            {"x-constraints": {"maxLength": "documented"}},
            **TEXT,
            maxLength=3,
        )
    ],
    "x-provenance": [_schema({"x-provenance": "sdk"}, {"x-provenance": "documented"}, **TEXT)],
    "examples": [_schema({"examples": ["a"]}, {"examples": ["b"]}, **TEXT)],
    "example": [_schema({"example": "a"}, {"example": "b"}, **TEXT)],
    "$comment": [_schema({"$comment": "a"}, {"$comment": "b"}, **TEXT)],
    "discriminator": [
        _schema(
            {"discriminator": {"propertyName": "a"}},
            {"discriminator": {"propertyName": "b"}},
            **_PLAIN_OBJECT,
        )
    ],
}
"""By keyword of a schema: pairs of schemas that differ in it."""

_ERROR = "/x-errors/404"
_PAGING = f"{LIST}/x-pagination"
_DETAILS = {"since": "2024-01", "instead": "get-parcel"}
EDITS: Mapping[Key, list[Edit]] = {
    ("document", "openapi"): [("/openapi", "3.1.0", "3.1.1")],
    ("document", "servers"): [("/servers/0/url", "https://a.example/2024-01", "https://b.example/2024-01")],
    ("document", "paths"): [("/paths/~1more", GONE, {"get": OTHER})],
    ("document", "components"): [("/components/schemas/Unused", GONE, TEXT)],
    ("document", "info"): [("/info/title", "Parcels", "Boxes")],
    ("document", "tags"): [("/tags", [], [{"name": "New"}])],
    ("document", "security"): [("/security", [{"Key": []}], [{"OAuth": ["read"]}])],
    ("document", "webhooks"): [("/webhooks/more", GONE, {"post": OTHER})],
    ("document", "externalDocs"): [("/externalDocs", GONE, {"url": "https://a.example"})],
    ("document", "x-rate-limit"): [
        ("/x-rate-limit/requests", 10, 11),
        ("/x-rate-limit/shared-by", "operation", "organization"),
    ],
    ("document", "x-errors"): [
        (f"{_ERROR}/{key}", before, after)
        for key, before, after in (
            ("status", 404, 410),
            ("type", "Gone", "Lost"),
            ("meaning", "Not there.", "Lost."),
        )
    ],
    ("document", "x-errors/message"): [(f"{_ERROR}/message", "Nothing.", "Lost.")],
    ("document", "x-errors/hint"): [(f"{_ERROR}/hint", "Look.", "Search.")],
    ("info", "title"): [("/info/title", "Parcels", "Boxes")],
    ("info", "version"): [("/info/version", "2024-01", "2024-02")],
    **{
        ("info", key): [(f"/info/{key}", GONE, "New.")]
        for key in ("summary", "description", "termsOfService", "contact", "license")
    },
    ("info", "x-released"): [("/info/x-released", "2024-01-11", "2024-01-12")],
    ("info", "x-supported-until"): [
        ("/info/x-supported-until", "2026-01-01", "2026-02-02"),
        ("/info/x-supported-until", GONE, "2026-02-02"),
    ],
    ("server", "url"): [("/servers/0/url", "https://a.example/2024-01", "https://b.example/2024-01")],
    ("server", "description"): [("/servers/0/description", GONE, "Ours.")],
    **{
        ("path-item", verb): [(f"/paths/~1more/{verb}", GONE, OTHER), (f"/paths/~1more/{verb}", OTHER, GONE)]
        for verb in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    },
    ("path-item", "parameters"): [
        ("/paths/~1parcels/parameters", GONE, [{"name": "new", "in": "query", "schema": TEXT}])
    ],
    ("operation", "tags"): [(f"{LIST}/tags", ["A"], ["B"])],
    ("operation", "summary"): [(f"{LIST}/summary", "A.", "B.")],
    ("operation", "operationId"): [(f"{LIST}/operationId", "list-parcels", "list-all")],
    ("operation", "parameters"): [
        (f"{LIST}/parameters", [], [{"name": "new", "in": "query", "schema": TEXT}])
    ],
    ("operation", "requestBody"): [
        (f"{LIST}/requestBody", GONE, {"content": {"application/json": {"schema": TEXT}}})
    ],
    ("operation", "responses"): [(f"{LIST}/responses/404", GONE, {"description": "Nothing."})],
    ("operation", "security"): [
        (f"{LIST}/security", [{"Key": []}], [{"OAuth": ["read"]}]),
        (f"{LIST}/security", [{"OAuth": ["read"]}], [{"OAuth": ["read", "write"]}]),
    ],
    ("operation", "deprecated"): [(f"{LIST}/deprecated", GONE, True), (f"{LIST}/deprecated", True, GONE)],
    ("operation", "description"): [(f"{LIST}/description", "A.", "B.")],
    ("operation", "x-resource"): [(f"{LIST}/x-resource", "parcels", "boxes")],
    ("operation", "x-method"): [(f"{LIST}/x-method", "list", "list_all")],
    ("operation", "x-body-wrapper"): [(f"{POST}/x-body-wrapper", "parcel", GONE)],
    ("operation", "x-unwrap"): [(f"{ONE}/x-unwrap", "data.parcel", "data")],
    ("operation", "x-pagination"): [
        (_PAGING, GONE, {"kind": "page", "items": "data.parcels", "page": "page", "limit": "limit"}),
        (f"{_PAGING}/items", "data.parcels", "data.boxes"),
        (f"{_PAGING}/page", "page", "at"),
        (f"{_PAGING}/limit", "limit", "size"),
        (f"{_PAGING}/default-limit", 5, 6),
        (f"{_PAGING}/max-limit", 9, 8),
    ],
    ("operation", "x-pagination/reachable"): [
        (f"{_PAGING}/reachable", GONE, 500),
        (f"{_PAGING}/reachable", 500, 400),
    ],
    ("operation", "x-rate-limit"): [
        (f"{LIST}/x-rate-limit", GONE, {"requests": 3, "seconds": 1, "shared-by": "operation"})
    ],
    ("operation", "x-error-codes"): [
        (f"{LIST}/x-error-codes", [{"code": 400, "kind": "shape"}], [{"code": 404, "kind": "state"}])
    ],
    ("operation", "x-retry"): [(f"{LIST}/x-retry", "safe", "never")],
    ("operation", "x-retry-reason"): [(f"{LIST}/x-retry-reason", GONE, "It only reads.")],
    ("operation", "x-mock"): [(f"{LIST}/x-mock", {"odd-filters": "ignored"}, {"odd-filters": "refused"})],
    ("operation", "x-deprecated"): [
        (f"{LIST}/x-deprecated", {"since": "2024-01"}, {"since": "2024-01", "removed-in": "2025-01"}),
        (f"{LIST}/x-deprecated", {"since": "2024-01"}, _DETAILS),
    ],
    ("operation", "x-provenance"): [(f"{LIST}/x-provenance", "sdk", "documented")],
    ("webhook", "parameters"): [
        (f"{EVENT}/parameters", [], [{"name": "as-new", "in": "header", "schema": TEXT}])
    ],
    ("webhook", "requestBody"): [
        (
            f"{EVENT}/requestBody/{JSON}/schema",
            {"$ref": "#/components/schemas/Event"},
            {"$ref": "#/components/schemas/Cause"},
        ),
        (f"{EVENT}/requestBody", GONE, {"content": {"application/json": {"schema": TEXT}}}),
        (f"{EVENT}/requestBody", {"content": {"application/json": {"schema": TEXT}}}, GONE),
    ],
    ("webhook", "description"): [(f"{EVENT}/description", "A.", "B.")],
    ("webhook", "deprecated"): [(f"{EVENT}/deprecated", GONE, True), (f"{EVENT}/deprecated", True, GONE)],
    ("webhook", "responses"): [(f"{EVENT}/responses/410", GONE, {"description": "Stop."})],
    ("webhook", "operationId"): [(f"{EVENT}/operationId", "receive-a", "receive-b")],
    ("webhook", "security"): [(f"{EVENT}/security", GONE, [])],
    ("webhook", "tags"): [(f"{EVENT}/tags", ["A"], ["B"])],
    ("webhook", "summary"): [(f"{EVENT}/summary", "A.", "B.")],
    ("webhook", "x-provenance"): [(f"{EVENT}/x-provenance", "sdk", "documented")],
    ("parameter", "name"): [(f"{PAGE}/name", "page", "at")],
    ("parameter", "in"): [(f"{PAGE}/in", "query", "header")],
    ("parameter", "required"): [(f"{PAGE}/required", GONE, True), (f"{PAGE}/required", True, GONE)],
    ("parameter", "schema"): [(f"{PAGE}/schema", TEXT, NUMBER)],
    ("parameter", "description"): [(f"{PAGE}/description", "A.", "B."), (f"{PAGE}/description", GONE, "B.")],
    ("parameter", "deprecated"): [(f"{PAGE}/deprecated", GONE, True), (f"{PAGE}/deprecated", True, GONE)],
    ("parameter", "x-deprecated"): [
        (
            PAGE,
            {
                "name": "page",
                "in": "query",
                "schema": TEXT,
                "deprecated": True,
                "x-deprecated": {"since": "2024-01"},
            },
            {
                "name": "page",
                "in": "query",
                "schema": TEXT,
                "deprecated": True,
                "x-deprecated": {"since": "2024-01", "instead": "limit"},
            },
        )
    ],
    ("parameter", "style"): [(f"{TAGS}/style", "form", "spaceDelimited")],
    ("parameter", "explode"): [(f"{TAGS}/explode", False, True)],
    ("parameter", "content"): [(f"{PAGE}/content", GONE, {"application/json": {"schema": TEXT}})],
    ("parameter", "example"): [(f"{PAGE}/example", 1, 2)],
    ("parameter", "examples"): [(f"{PAGE}/examples", GONE, {"one": {"value": 1}})],
    ("parameter", "x-provenance"): [(f"{PAGE}/x-provenance", "sdk", "documented")],
    ("request-body", "content"): [(f"{BODY}/content/text~1csv", GONE, {"schema": TEXT})],
    ("request-body", "required"): [(f"{BODY}/required", True, False), (f"{BODY}/required", False, True)],
    ("request-body", "description"): [(f"{BODY}/description", "A.", "B.")],
    ("media-type", "schema"): [
        (
            f"{OK}/{JSON}/schema",
            {"$ref": "#/components/schemas/Event"},
            {"$ref": "#/components/schemas/Cause"},
        )
    ],
    ("media-type", "examples"): [(f"{OK}/{JSON}/examples", GONE, {"one": {"value": 1}})],
    ("media-type", "example"): [(f"{OK}/{JSON}/example", GONE, 1)],
    ("response", "description"): [(f"{OK}/description", "A.", "B.")],
    ("response", "headers"): [
        (f"{OK}/headers/x-new", GONE, {"schema": TEXT}),
        (f"{OK}/headers/x-new", {"schema": TEXT}, GONE),
    ],
    ("response", "content"): [
        (f"{OK}/content/text~1csv", GONE, {"schema": TEXT}),
        (f"{OK}/content", GONE, {"application/json": {"schema": TEXT}}),
    ],
    ("response", "links"): [(f"{OK}/links", GONE, {"one": {"operationId": "get-parcel"}})],
    ("response", "x-provenance"): [(f"{OK}/x-provenance", "sdk", "documented")],
    ("header", "required"): [(f"{HEADER}/required", True, False), (f"{HEADER}/required", False, True)],
    ("header", "schema"): [(f"{HEADER}/schema", {"type": "integer"}, TEXT)],
    ("header", "content"): [(f"{HEADER}/content", GONE, {"text/plain": {"schema": TEXT}})],
    **{
        ("header", key): [(f"{HEADER}/{key}", GONE, "New.")] for key in ("description", "example", "examples")
    },
    ("header", "x-provenance"): [(f"{HEADER}/x-provenance", "sdk", "documented")],
    **{
        ("example", key): [("/components/examples", {"One": {key: 1}}, {"One": {key: 2}})]
        for key in ("value", "summary", "description")
    },
    **{("link", key): [(f"{OK}/links", {"one": {key: "a"}}, {"one": {key: "b"}})] for key in LINK},
    **{("tag", key): [("/tags", [{key: "A"}], [{key: "B"}])] for key in ("name", "description")},
    **{
        ("components", key): [(f"/components/{key}/Unused", GONE, {"description": "New."})]
        for key in COMPONENTS
    },
    ("security-scheme", "type"): [(f"{KEY_SCHEME}/type", "apiKey", "http")],
    ("security-scheme", "scheme"): [(f"{KEY_SCHEME}/scheme", "basic", "bearer")],
    ("security-scheme", "openIdConnectUrl"): [
        (f"{KEY_SCHEME}/openIdConnectUrl", "https://a.example", "https://b.example")
    ],
    ("security-scheme", "in"): [(f"{KEY_SCHEME}/in", "header", "query")],
    ("security-scheme", "name"): [(f"{KEY_SCHEME}/name", "as-api-key", "as-key")],
    ("security-scheme", "bearerFormat"): [(f"{KEY_SCHEME}/bearerFormat", GONE, "JWT")],
    ("security-scheme", "flows"): [
        (f"{OAUTH}/flows/clientCredentials/tokenUrl", "https://a.example", "https://b.example")
    ],
    ("security-scheme", "description"): [(f"{KEY_SCHEME}/description", GONE, "A key.")],
    ("security-scheme", "x-provenance"): [(f"{KEY_SCHEME}/x-provenance", "sdk", "documented")],
    **{
        ("discriminator", key): [("/components/schemas/Event/discriminator", {key: "a"}, {key: "b"})]
        for key in ("propertyName", "mapping")
    },
}
"""By kind and keyword, apart from schemas."""
