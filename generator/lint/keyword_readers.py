"""Which part of the project reads which keyword of OpenAPI 3.1 and JSON Schema 2020-12, as data.

A keyword that nobody reads changes nothing: whoever writes it believes in a client, a mock or a guide that
does not follow. So `generator.lint.rules.unread` refuses every keyword without a reader. Kinds are those of
the walk.
`tests/lint/test_keyword_readers.py` compares the table with what client, mock and diff do with each keyword.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Reader = Literal["client", "mock", "diff", "lint", "people"]
"""`client`: what is generated. `lint`: a rule demands a certain value, and the rest relies on it. `people`:
it says something to whoever reads the document, and nothing would be done about it in code.
"""
Readers = frozenset[Reader]


def _read(by: str, keywords: str) -> dict[str, Readers]:
    readers: Readers = frozenset(by.split())  # type: ignore[arg-type]
    return dict.fromkeys(keywords.split(), readers)


READERS: Mapping[str, Mapping[str, Readers]] = MappingProxyType(
    {
        "document": {
            **_read("lint", "openapi servers"),
            **_read("client mock diff", "paths components"),
            **_read("client", "info tags"),
            **_read("client mock diff", "security"),
            **_read("diff", "webhooks"),
            **_read("people", "externalDocs"),
        },
        "info": {
            **_read("client", "title"),
            **_read("lint", "version"),
            **_read("people", "summary description termsOfService contact license"),
        },
        "server": {**_read("lint", "url"), **_read("people", "description")},
        "path-item": {
            **_read("client mock diff", "get put post delete options head patch trace parameters"),
        },
        "operation": {
            **_read("client", "tags summary"),
            **_read("client mock diff", "operationId parameters requestBody responses"),
            **_read("client mock diff", "security deprecated"),
            **_read("people", "description"),
        },
        "parameter": {
            **_read("client mock diff", "name in required schema deprecated"),
            **_read("client mock diff lint", "style explode"),
            **_read("client diff", "description"),
            **_read("lint", "content"),
            **_read("people", "example examples"),
        },
        "request-body": {
            **_read("client mock diff", "content"),
            **_read("mock diff", "required"),
            **_read("people", "description"),
        },
        "media-type": {
            **_read("client mock diff", "schema"),
            **_read("mock", "examples"),
            **_read("people", "example"),
        },
        "response": {
            **_read("client", "description"),
            **_read("mock diff", "headers"),
            **_read("client mock diff", "content"),
            **_read("lint", "links"),
        },
        "header": {
            **_read("mock", "required schema"),
            **_read("lint", "content"),
            **_read("people", "description example examples"),
        },
        "example": {**_read("mock", "value"), **_read("people", "summary description")},
        "link": {**_read("lint", "operationId operationRef parameters"), **_read("people", "description")},
        "tag": {**_read("lint", "name"), **_read("client", "description")},
        "components": {
            **_read("client mock diff", "schemas responses parameters requestBodies headers examples"),
            **_read("client mock diff", "securitySchemes"),
            **_read("lint", "links"),
        },
        "security-scheme": {
            **_read("client diff lint", "type"),
            **_read("client mock diff", "flows"),
            **_read("mock diff", "in name"),
            **_read("diff lint", "scheme openIdConnectUrl"),
            **_read("people", "description bearerFormat"),
        },
        "discriminator": {**_read("client mock lint", "propertyName mapping")},
        "schema": {
            **_read("client mock diff", "$ref type required properties items additionalProperties"),
            **_read("client mock diff", "allOf anyOf oneOf enum"),
            **_read("client diff", "format description deprecated"),
            **_read("client mock diff", "default"),
            **_read("client mock diff", "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
            **_read("client mock diff", "minLength maxLength pattern minItems maxItems"),
            **_read("client mock diff", "minProperties maxProperties propertyNames"),
            **_read("mock diff", "uniqueItems not dependentRequired const"),
            **_read("mock", "examples"),
            **_read("lint", "discriminator"),
            **_read("people", "example $comment"),
        },
    }
)
"""For each kind of object the keywords that have a reader."""

HINTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("document", "jsonSchemaDialect"): "Remove it: JSON Schema 2020-12 is meant anyway",
        ("server", "variables"): "Write the address in full",
        ("path-item", "$ref"): "Write the operations here",
        ("path-item", "summary"): "Say it in each operation",
        ("path-item", "description"): "Say it in each operation",
        ("operation", "externalDocs"): "Write the link into the description",
        ("operation", "callbacks"): "Describe what the service sends under webhooks",
        ("components", "callbacks"): "Describe what the service sends under webhooks",
        ("components", "pathItems"): "Write the operations below paths",
        ("parameter", "allowReserved"): "The client escapes every reserved character",
        ("parameter", "allowEmptyValue"): "Say what an empty value means in the description",
        ("media-type", "encoding"): "The client writes each part in one way; say the rest in the description",
        ("header", "deprecated"): "Say it in the description",
        ("header", "style"): "Write the schema of the whole header",
        ("header", "explode"): "Write the schema of the whole header",
        ("link", "requestBody"): "Say it in the description",
        ("example", "externalValue"): "Write the value here",
        ("tag", "externalDocs"): "Write the link into the description",
        ("schema", "title"): "Say it in the description; the component gives the name",
        ("schema", "externalDocs"): "Write the link into the description",
        ("schema", "xml"): "The API speaks JSON only",
        ("schema", "readOnly"): "Make one schema for what is sent and one for what is read",
        ("schema", "writeOnly"): "Make one schema for what is sent and one for what is read",
        ("schema", "contentEncoding"): "Say in the description how the string is encoded",
        ("schema", "contentMediaType"): "Say in the description what the string holds",
    }
)
"""What to do instead of a keyword that nobody reads."""

_SERVERS = "The client sends everything, and its key, to one address; remove it, or teach the client first"


def hint(kind: str, keyword: str) -> str:
    """What to do instead of a keyword that nobody reads, as the beginning of a sentence."""
    if keyword in ("servers", "server"):
        return _SERVERS
    return HINTS.get((kind, keyword), "Remove it, or say it in the description")
