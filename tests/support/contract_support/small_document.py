"""A small document, on which the support code of the contract tests is tried."""

from __future__ import annotations

from typing import Any

from contract_support.document.operations import operations

ERRORS = {status: {"description": "an error"} for status in ("400", "401", "404")}
DOCUMENT: dict[str, Any] = {
    "servers": [{"url": "https://api.example.com/shop/1"}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "list-things",
                "x-mock": {"invalid-time-filters": "default"},
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                    {
                        "name": "since",
                        "in": "query",
                        "schema": {"type": "string", "format": "date-time", "x-time": ["zoned"]},
                    },
                    {"name": "text", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "a page"}, **ERRORS},
            },
            "post": {
                "operationId": "create-thing",
                "x-body-wrapper": "thing",
                "x-mock": {"mistyped-body-fields": "ignored"},
                "x-error-codes": [{"code": 4003, "kind": "state"}, {"code": 4008, "kind": "shape"}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/CreateRequest"}}
                    }
                },
                "responses": {"201": {"description": "created"}, **ERRORS},
            },
        },
        "/things/{id}": {
            "get": {
                "operationId": "get-thing",
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "minLength": 1},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "a thing",
                        "headers": {"x-left": {"required": True, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    **ERRORS,
                },
            }
        },
    },
    "components": {
        "schemas": {
            "CreateRequest": {
                "type": "object",
                "required": ["thing"],
                "properties": {"thing": {"$ref": "#/components/schemas/Thing"}},
            },
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "title": {"type": "string", "minLength": 2},
                    "parts": {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Part"}},
                },
            },
            "Part": {"type": "object", "properties": {"size": {"type": "integer"}}},
        }
    },
}
LABELS = {operation.identifier: operation.label for operation in operations(DOCUMENT)}
