"""Constructs of path and query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from document_support import values
from document_support.piece import (
    CONSTRUCTS,
    MUST_WORK,
    Draw,
    Piece,
    construct,
    envelope,
    json_content,
    ref,
    respond,
)

TEXT = {"type": "string"}
# What may stand in a list that commas separate, and in a path.
PLAIN = st.text("abcxyz019", min_size=1, max_size=5)
# The client refuses a blank part of a path.
ESCAPED = st.text("abc/ ?&%+ü", min_size=1, max_size=5).filter(str.strip)
STATE = {"type": "string", "description": "A made-up state.", "x-open-enum": {"ready": "It is."}}

SCALARS: Mapping[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "string": (TEXT, ESCAPED),
    "integer": ({"type": "integer"}, values.WHOLE),
    "number": ({"type": "number"}, values.NUMBERS),
    "boolean": ({"type": "boolean"}, st.booleans()),
    "date": ({"type": "string", "format": "date", "x-time": ["date"]}, values.DAYS),
    "enum": ({}, st.sampled_from(["ready", "unheard"])),
}


def get(tag: str, name: str, parameter: Mapping[str, Any], **more: Any) -> Piece:
    """A GET with one parameter, which responds with a string."""
    in_path = parameter["in"] == "path"
    schemas = envelope(tag, TEXT) | more.pop("schemas", {})
    operation = {
        "x-method": f"get_{tag.lower()}",
        "x-unwrap": "data",
        "parameters": [parameter],
        "responses": {"200": {"content": json_content(ref(f"{tag}Response"))}},
    }
    return Piece(
        construct=name,
        operation=operation,
        path=f"/{tag.lower()}/{{{parameter['name']}}}" if in_path else f"/{tag.lower()}",
        schemas=schemas,
        response=respond("yes"),
        **more,
    )


def _scalar(location: str, kind: str) -> None:
    name = f"{location} {kind}"

    def draw_piece(draw: Draw, tag: str) -> Piece:
        schema, drawn = SCALARS[kind]
        schemas = {f"{tag}State": STATE} if kind == "enum" else {}
        value = draw(drawn)
        required = location == "path" or draw(st.booleans())
        parameter: dict[str, Any] = {
            "name": "item_key",
            "in": location,
            "schema": schema if kind != "enum" else ref(f"{tag}State"),
        }
        if required:
            parameter["required"] = True
        sent = {f"sent_{location}": {"item_key": value}}
        return get(tag, name, parameter, schemas=schemas, arguments={"item_key": value}, **sent)

    CONSTRUCTS[name] = draw_piece
    MUST_WORK.add(name)


for _location in ("path", "query"):
    for _kind in SCALARS:
        _scalar(_location, _kind)


@construct("path list")
def path_list(draw: Draw, tag: str) -> Piece:
    value = draw(st.lists(PLAIN, min_size=1, max_size=3))
    parameter = {
        "name": "keys",
        "in": "path",
        "required": True,
        "schema": {"type": "array", "items": TEXT},
    }
    return get(tag, "path list", parameter, arguments={"keys": value}, sent_path={"keys": value})


@construct("query list")
def query_list(draw: Draw, tag: str) -> Piece:
    value = draw(st.lists(PLAIN, min_size=1, max_size=3))
    parameter = {
        "name": "keys",
        "in": "query",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": TEXT},
    }
    return get(tag, "query list", parameter, arguments={"keys": value}, sent_query={"keys": value})


@construct("query list, repeated", must_work=False)
def query_list_repeated(draw: Draw, tag: str) -> Piece:
    value = draw(st.lists(PLAIN, min_size=2, max_size=3))
    parameter = {
        "name": "keys",
        "in": "query",
        "style": "form",
        "explode": True,
        "schema": {"type": "array", "items": TEXT},
    }
    return get(tag, "query list, repeated", parameter, arguments={"keys": value}, sent_query={"keys": value})


def _query_object(draw: Draw, tag: str, style: str, *, explode: bool) -> Piece:
    fields = {"size": {"type": "integer"}, "town": TEXT}
    described = {
        name: {**schema, "description": "A made-up value.", "x-provenance": "inferred"}
        for name, schema in fields.items()
    }
    component = {"type": "object", "description": "A made-up filter.", "properties": described}
    value = {"size": draw(st.integers(0, 99)), "town": draw(PLAIN)}
    parameter = {
        "name": "filter_by",
        "in": "query",
        "style": style,
        "explode": explode,
        "schema": ref(f"{tag}Filter"),
    }
    return get(
        tag,
        f"query object, {style}",
        parameter,
        schemas={f"{tag}Filter": component},
        arguments={"filter_by": value},
        sent_query={"filter_by": value},
    )


@construct("query object, deepObject")
def query_deep_object(draw: Draw, tag: str) -> Piece:
    return _query_object(draw, tag, "deepObject", explode=True)


@construct("query object, form")
def query_form_object(draw: Draw, tag: str) -> Piece:
    return _query_object(draw, tag, "form", explode=False)


@construct("query left out")
def query_left_out(draw: Draw, tag: str) -> Piece:
    schema = {"type": "integer", "default": draw(st.integers(0, 9)), "minimum": 0}
    return get(tag, "query left out", {"name": "limit", "in": "query", "schema": schema})


@construct("query name that is a keyword")
def query_keyword(draw: Draw, tag: str) -> Piece:
    value = draw(ESCAPED)
    parameter = {"name": "from", "in": "query", "schema": TEXT}
    return get(
        tag,
        "query name that is a keyword",
        parameter,
        arguments={"from_": value},
        sent_query={"from": value},
    )


@construct("two path parameters")
def two_path_parameters(draw: Draw, tag: str) -> Piece:
    sent = {"slug": draw(PLAIN), "number": draw(ESCAPED)}
    one = get(tag, "two path parameters", {"name": "slug", "in": "path"})
    both = tuple(
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": TEXT,
            "description": "A made-up argument.",
            "x-provenance": "inferred",
        }
        for name in sent
    )
    operation = {key: value for key, value in one.operation.items() if key != "parameters"}
    return Piece(
        construct="two path parameters",
        operation=operation,
        path=f"/{tag.lower()}/{{slug}}/{{number}}",
        path_parameters=both,
        schemas=one.schemas,
        arguments=sent,
        sent_path=sent,
        response=one.response,
    )


def _refused(name: str, parameter: Mapping[str, Any]) -> None:
    def draw_piece(draw: Draw, tag: str) -> Piece:
        return get(tag, name, parameter, arguments={})

    CONSTRUCTS[name] = draw_piece


_refused("header parameter", {"name": "x-tone", "in": "header", "schema": TEXT})
_refused("cookie parameter", {"name": "tone", "in": "cookie", "schema": TEXT})
_refused("parameter with content", {"name": "tone", "in": "query", "content": json_content(TEXT)})
_refused("reserved characters", {"name": "tone", "in": "query", "schema": TEXT, "allowReserved": True})
