"""Constructs of bodies and responses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from document_support import values
from document_support.piece import (
    CONSTRUCTS,
    MUST_WORK,
    OUTPUT_ONLY,
    Draw,
    Piece,
    Response,
    construct,
    envelope,
    json_content,
    record,
    ref,
    respond,
)
from document_support.values import KINDS, WHOLE, WORDS, Value

TEXT = {"type": "string"}


def read(tag: str, name: str, one: Value, status: int = 200) -> Piece:
    """A GET that responds with a value."""
    operation = {
        "x-method": f"read_{tag.lower()}",
        "x-unwrap": "data",
        "responses": {str(status): {"content": json_content(ref(f"{tag}Response"))}},
    }
    return Piece(
        construct=name,
        operation=operation,
        path=f"/{tag.lower()}",
        schemas={**envelope(tag, one.schema), **one.schemas},
        response=respond(one.value, status),
    )


def unwrapped(piece: Piece, value: Any) -> Piece:
    """The same, with the value itself as the result."""
    operation = {**piece.operation, "x-unwrap": "data.item"}
    return replace(piece, operation=operation, response=replace(piece.response, result=value))


def send(tag: str, name: str, schema: Any, value: Any, *, method: str = "post", **more: Any) -> Piece:
    """An operation with a body, which responds with a string."""
    operation = {
        "x-method": f"send_{tag.lower()}",
        "x-unwrap": "data",
        "requestBody": {"required": True, "content": json_content(schema)},
        "responses": {"200": {"content": json_content(ref(f"{tag}Response"))}},
        **more.pop("operation", {}),
    }
    return Piece(
        construct=name,
        operation=operation,
        path=f"/{tag.lower()}",
        http_method=method,
        schemas={**envelope(tag, TEXT), **more.pop("schemas", {})},
        arguments=more.pop("arguments", value),
        sent_body=value,
        response=respond("yes"),
    )


def _of_kind(kind: str) -> None:
    def draw_response(draw: Draw, tag: str) -> Piece:
        return read(tag, f"response {kind}", KINDS[kind](draw, tag))

    def draw_body(draw: Draw, tag: str) -> Piece:
        one = KINDS[kind](draw, tag)
        assume(one.value is not None)  # None leaves an argument out; see "null that is required"
        body = {**record(item=one.schema, note=TEXT), "required": ["item"]}
        schemas = {f"{tag}Body": body, **one.schemas}
        return send(tag, f"body {kind}", ref(f"{tag}Body"), {"item": one.value}, schemas=schemas)

    for side, function in (("response", draw_response), ("body", draw_body)):
        CONSTRUCTS[f"{side} {kind}"] = function
        MUST_WORK.add(f"{side} {kind}")


for _kind in KINDS:
    _of_kind(_kind)


@construct("result that is not an object")
def scalar_result(draw: Draw, tag: str) -> Piece:
    one = KINDS[draw(st.sampled_from(["string", "integer", "boolean", "map of integers", "open enum"]))](
        draw, tag
    )
    return unwrapped(read(tag, "result that is not an object", one), one.value)


@construct("result that is an object or a list")
def inner_result(draw: Draw, tag: str) -> Piece:
    one = KINDS[draw(st.sampled_from(["model", "list of models", "list of strings"]))](draw, tag)
    return unwrapped(read(tag, "result that is an object or a list", one), one.value)


@construct("null that is required")
def required_null(draw: Draw, tag: str) -> Piece:
    body = {**record(item={"type": ["string", "null"]}, note=TEXT), "required": ["item"]}
    sent = {"item": None}
    return send(tag, "null that is required", ref(f"{tag}Body"), sent, schemas={f"{tag}Body": body})


@construct("body in a wrapper")
def wrapped_body(draw: Draw, tag: str) -> Piece:
    inner = {**record(number=TEXT, note=TEXT), "required": ["number"]}
    outer = {**record(parcel=ref(f"{tag}Parcel")), "required": ["parcel"]}
    arguments = {"number": draw(WORDS)}
    return send(
        tag,
        "body in a wrapper",
        ref(f"{tag}Body"),
        {"parcel": arguments},
        schemas={f"{tag}Parcel": inner, f"{tag}Body": outer},
        arguments=arguments,
        operation={"x-body-wrapper": "parcel"},
    )


@construct("body that may be left out")
def optional_body(draw: Draw, tag: str) -> Piece:
    content = {"requestBody": {"content": json_content(ref(f"{tag}Body"))}}
    schemas = {f"{tag}Body": record(note=TEXT)}
    body = {"note": draw(WORDS)}
    return send(tag, "body that may be left out", ref(f"{tag}Body"), body, schemas=schemas, operation=content)


@construct("PATCH that clears")
def clearing(draw: Draw, tag: str) -> Piece:
    schemas = {f"{tag}Body": record(note={"type": ["string", "null"]}, title=TEXT)}
    body = {"note": None, "title": draw(WORDS)}
    return send(tag, "PATCH that clears", ref(f"{tag}Body"), body, method="patch", schemas=schemas)


@construct("demands of an object")
def demands(draw: Draw, tag: str) -> Piece:
    body = {
        **record(slug=TEXT, group=TEXT, more=TEXT),
        "not": {"required": ["slug", "group"]},
        "dependentRequired": {"more": ["slug"]},
    }
    sent = {draw(st.sampled_from(["slug", "group"])): draw(WORDS)}
    return send(tag, "demands of an object", ref(f"{tag}Body"), sent, schemas={f"{tag}Body": body})


def _extra_object(tag: str) -> dict[str, Any]:
    return {**record(number=TEXT), "required": ["number"], "additionalProperties": TEXT}


@construct("response with further properties of a type")
def extra_response(draw: Draw, tag: str) -> Piece:
    value = {"number": draw(WORDS), "more": draw(WORDS)}
    one = Value(schema=ref(f"{tag}Open"), value=value, schemas={f"{tag}Open": _extra_object(tag)})
    return read(tag, "response with further properties of a type", one)


@construct("body with further properties of a type")
def extra_body(draw: Draw, tag: str) -> Piece:
    value = {"number": draw(WORDS), "more": draw(WORDS)}
    arguments = {"number": value["number"], "extra": {"more": value["more"]}}
    return send(
        tag,
        "body with further properties of a type",
        ref(f"{tag}Body"),
        value,
        schemas={f"{tag}Body": _extra_object(tag)},
        arguments=arguments,
    )


def _integer_enum(negative: int) -> dict[str, Any]:
    return {"type": "integer", "description": "A made-up step.", "enum": [-negative, negative]}


@construct("integer enum with 1 and -1")
def one_and_minus_one(draw: Draw, tag: str) -> Piece:
    number = draw(st.integers(1, 9))
    schema = {
        **_integer_enum(number),
        "x-enum-meanings": {str(number): "Up.", str(-number): "Down."},
        "x-enum-names": {str(number): "UP", str(-number): "DOWN"},
    }
    value = draw(st.sampled_from([number, -number]))
    one = Value(schema=ref(f"{tag}Step"), value=value, schemas={f"{tag}Step": schema})
    return read(tag, "integer enum with 1 and -1", one)


@construct("enum values of one name", must_work=False)
def close_values(draw: Draw, tag: str) -> Piece:
    return _close_values(draw, tag, "enum values of one name", {})


@construct("enum values of one name, with names")
def named_values(draw: Draw, tag: str) -> Piece:
    names = {"x-enum-names": {"lock-er": "LOCK_ER", "lock_er": "LOCK_ER_OLD"}}
    return _close_values(draw, tag, "enum values of one name, with names", names)


def _close_values(draw: Draw, tag: str, name: str, more: Mapping[str, Any]) -> Piece:
    known = draw(st.permutations(["lock-er", "lock_er"]))
    schema = {
        "type": "string",
        "description": "A made-up kind.",
        "x-open-enum": dict.fromkeys(known, "What it means."),
        **more,
    }
    value = draw(st.sampled_from(known))
    one = Value(schema=ref(f"{tag}Kind"), value=value, schemas={f"{tag}Kind": schema})
    return read(tag, name, one)


def _two_shapes(tag: str) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for name in ("Home", "Shop"):
        kind = name.lower()
        shape = record(kind={"type": "string", "const": kind}, **{f"{kind}_number": TEXT})
        schemas[f"{tag}{name}"] = {**shape, "required": ["kind", f"{kind}_number"]}
    schemas[f"{tag}Target"] = {
        "description": "A made-up target.",
        "oneOf": [ref(f"{tag}Home"), ref(f"{tag}Shop")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                "home": f"#/components/schemas/{tag}Home",
                "shop": f"#/components/schemas/{tag}Shop",
            },
        },
    }
    return schemas


def _shape(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(["home", "shop"]))
    return {"kind": kind, f"{kind}_number": draw(WORDS)}


@construct("body of one of two shapes, with discriminator")
def discriminated_body(draw: Draw, tag: str) -> Piece:
    name = "body of one of two shapes, with discriminator"
    value = _shape(draw)
    return send(tag, name, ref(f"{tag}Target"), value, schemas=_two_shapes(tag), arguments={"body": value})


@construct("property of one of two shapes, with discriminator", must_work=False)
def discriminated_property(draw: Draw, tag: str) -> Piece:
    value = {"target": _shape(draw)}
    schemas = {
        **_two_shapes(tag),
        f"{tag}Body": {**record(target=ref(f"{tag}Target")), "required": ["target"]},
    }
    name = "property of one of two shapes, with discriminator"
    return send(tag, name, ref(f"{tag}Body"), value, schemas=schemas)


@construct("one of two shapes or null, with discriminator")
def discriminated_or_null(draw: Draw, tag: str) -> Piece:
    schema = {"anyOf": [ref(f"{tag}Target"), {"type": "null"}]}
    value = _shape(draw) if draw(st.booleans()) else None
    one = Value(schema=schema, value=value, schemas=_two_shapes(tag))
    return read(tag, "one of two shapes or null, with discriminator", one)


@construct("response of one of two shapes", must_work=False)
def shapes_response(draw: Draw, tag: str) -> Piece:
    schemas = _two_shapes(tag)
    del schemas[f"{tag}Target"]["discriminator"]
    one = Value(schema=ref(f"{tag}Target"), value=_shape(draw), schemas=schemas)
    return read(tag, "response of one of two shapes", one)


@construct("time as anyOf", must_work=False)
def time_as_any_of(draw: Draw, tag: str) -> Piece:
    formats = [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
    value = draw(values.DAYS | values.TIMES)
    return read(tag, "time as anyOf", Value(schema={"anyOf": formats}, value=value))


def _without_envelope(name: str, tag: str, declared: Mapping[str, Any], **more: Any) -> Piece:
    status = more.pop("status", "200")
    operation = {"x-method": f"plain_{tag.lower()}", "responses": {status: declared}}
    return Piece(construct=name, operation=operation, path=f"/{tag.lower()}", **more)


def _without_body(status: int) -> None:
    name = f"{status} without body"

    def draw_piece(draw: Draw, tag: str) -> Piece:
        return _without_envelope(
            name, tag, {}, status=str(status), http_method="delete", response=Response(status=status)
        )

    CONSTRUCTS[name] = draw_piece
    MUST_WORK.add(name)


for _status in (202, 204):
    _without_body(_status)


@construct("response that is a list")
def list_response(draw: Draw, tag: str) -> Piece:
    value = [{"town": word} for word in draw(st.lists(WORDS, max_size=3))]
    content = json_content({"type": "array", "items": ref(f"{tag}Stop")})
    return _without_envelope(
        "response that is a list",
        tag,
        {"content": content},
        schemas={f"{tag}Stop": record(town=TEXT)},
        response=Response(body=json.dumps(value).encode(), content_type="application/json", result=value),
    )


@construct("body that is a list")
def list_body(draw: Draw, tag: str) -> Piece:
    value = draw(st.lists(WHOLE, max_size=3))
    schema = {"type": "array", "items": {"type": "integer"}}
    return send(tag, "body that is a list", schema, value, arguments={"body": value})


@construct("response of text", must_work=False)
def text_response(draw: Draw, tag: str) -> Piece:
    text = draw(WORDS)
    return _without_envelope(
        "response of text",
        tag,
        {"content": {"text/plain": {"schema": TEXT}}},
        response=Response(body=text.encode(), content_type="text/plain", result=text),
    )


@construct("binary response", must_work=False)
def binary_response(draw: Draw, tag: str) -> Piece:
    content = draw(st.binary(max_size=8))
    return _without_envelope(
        "binary response",
        tag,
        {"content": {"application/pdf": {}}},
        response=Response(body=content, content_type="application/pdf", result=content),
    )


@construct("HEAD", must_work=False)
def head(draw: Draw, tag: str) -> Piece:
    return _without_envelope("HEAD", tag, {}, http_method="head")


@construct("201 with a body")
def created(draw: Draw, tag: str) -> Piece:
    return read(tag, "201 with a body", Value(schema=TEXT, value=draw(WORDS)), status=201)


@construct("pages by number")
def pages(draw: Draw, tag: str) -> Piece:
    items = draw(st.lists(WHOLE, max_size=3))
    one = Value(schema={"type": "array", "items": {"type": "integer"}}, value=items)
    piece = unwrapped(read(tag, "pages by number", one), items)
    paging = {"page": "page", "limit": "limit", "default-limit": 5, "max-limit": 9}
    operation = {
        **piece.operation,
        "x-unwrap": "data",
        "x-pagination": {"kind": "page", "items": "data.item", **paging},
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "limit")
        ],
    }
    return Piece(
        construct=piece.construct,
        operation=operation,
        path=piece.path,
        schemas=piece.schemas,
        arguments={"page": 2, "limit": 5},
        sent_query={"page": 2, "limit": 5},
        response=piece.response,
    )


OUTPUT_ONLY["HEAD"] = "a HEAD has no content to compare"
