"""A piece: one construct in a document, as one operation with what it needs, and one call of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

JSON_TYPE = "application/json"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the stub responds with, and what the client must make of it."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    result: Any = None
    """The value that the method returns, as JSON; bytes and strings as they are."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One construct, drawn."""

    construct: str
    operation: Mapping[str, Any]
    path: str
    http_method: str = "get"
    path_parameters: tuple[Mapping[str, Any], ...] = ()
    schemas: Mapping[str, Any] = field(default_factory=dict)
    security_schemes: Mapping[str, Any] = field(default_factory=dict)
    path_item: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """The arguments of the call, by their names in Python."""
    sent_path: Mapping[str, Any] = field(default_factory=dict)
    """What a foreign tool must read from the request: in the path, in the query, and in the body."""
    sent_query: Mapping[str, Any] = field(default_factory=dict)
    sent_body: Any = None
    response: Response = field(default_factory=Response)

    def __str__(self) -> str:
        """The piece as YAML, without what every operation has."""
        shown = {
            "construct": self.construct,
            "paths": {self.path: {self.http_method: {**self.operation}, **self.path_item}},
            "schemas": self.schemas,
            "arguments": self.arguments,
            "response": self.response.body.decode("utf-8", "replace"),
        }
        plain = json.loads(json.dumps(shown, default=repr))
        return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110))

    @property
    def method(self) -> str:
        return str(self.operation["x-method"])


Draw: TypeAlias = st.DrawFn
Construct: TypeAlias = Callable[[Draw, str], Piece]
"""Draws a piece. The string is unlike those of all other pieces of the document, as `Xa`."""

CONSTRUCTS: dict[str, Construct] = {}
"""Every construct by its name."""
MUST_WORK: set[str] = set()
"""The constructs that the lint may not refuse."""
OUTPUT_ONLY: dict[str, str] = {}
"""Constructs whose operations the mock need not serve, and why."""


def construct(name: str, *, must_work: bool = True) -> Callable[[Construct], Construct]:
    """Register a construct. One that need not work is refused by the lint, or works."""

    def register(function: Construct) -> Construct:
        if name in CONSTRUCTS:
            raise ValueError(f"two constructs are called {name}")
        CONSTRUCTS[name] = function
        if must_work:
            MUST_WORK.add(name)
        return function

    return register


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a property, with what the lint demands of every property."""
    return {**schema, "description": "A made-up value.", "x-provenance": "inferred"}


def record(**properties: Any) -> dict[str, Any]:
    """A component with these properties."""
    return {
        "type": "object",
        "description": "A made-up object.",
        "properties": {name: described(schema) for name, schema in properties.items()},
    }


def envelope(tag: str, schema: Any) -> dict[str, Any]:
    """The components of a response that has a value of the schema as `item` of its `data`."""
    inner = {**record(item=schema), "required": ["item"]}
    outer = {**record(meta=ref("Meta"), data=ref(f"{tag}Data")), "required": ["meta", "data"]}
    return {f"{tag}Data": inner, f"{tag}Response": outer}


def respond(value: Any, status: int = 200) -> Response:
    """The response with a value as `item` of its `data`, and `data` as the result."""
    content = {"meta": {"code": status}, "data": {"item": value}}
    body = json.dumps(content).encode()
    return Response(status=status, body=body, content_type=JSON_TYPE, result=content["data"])


def json_content(schema: Any) -> dict[str, Any]:
    return {JSON_TYPE: {"schema": schema}}
