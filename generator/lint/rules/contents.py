"""Rules about what bodies hold: which kinds of content the client sends and reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document import pointer as pointers
from generator.document.contents import JSON, Media, contents, extra_schema, is_fields, is_file
from generator.document.schema_walk import as_mapping, types
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node


@rule("body-content", "The client sends and reads one kind of content; what stands beside it would be lost.")
def body_content(view: View) -> Hits:
    for node in view.operations:
        for holder, pointer, is_request in _bodies(view, node):
            found = contents(holder, pointer)
            where = pointers.child(pointer, "content")
            if node.field == "head" and found and not is_request:
                yield where, "The response to a HEAD has no body. Remove content, or make it a GET."
                continue
            if is_request and not found:
                yield pointer, "The request body has no content. Add one, or remove requestBody."
            if len(found) > 1:
                names = " and ".join(one.media_type for one in found)
                yield where, f"This body is described as {names}. Keep the one that the client shall use."
            for media in found:
                yield from _media(view, media, is_request)


def _bodies(view: View, node: Node) -> Iterator[tuple[Any, str, bool]]:
    """The bodies of an operation with their pointers, and whether each is that of the request."""
    if "requestBody" in node.value:
        yield *view.follow(node.value["requestBody"], f"{node.pointer}/requestBody"), True
    for status, response, pointer in view.responses(node):
        if status.startswith("2"):
            yield response, pointer, False


def _media(view: View, media: Media, is_request: bool) -> Hits:
    owner = media.pointer.removesuffix("/schema")
    written = pointers.split(owner)[-1]
    if media.media_type.endswith("+json"):
        yield owner, f"The client reads application/json, not {media.media_type}. Write application/json."
    elif media.kind in ("multipart", "form") and not is_request:
        yield owner, f"The client cannot read a response of {media.media_type}. Describe another content."
    elif media.kind == "json" and written != JSON:
        yield owner, f"{written} is read as {JSON} by some tools and not by others. Write {JSON}."
    elif is_request and "*" in media.media_type:
        yield owner, f"The client would send {media.media_type}, which names no content. Name one media type."
    elif media.kind in ("text", "bytes"):
        schema, pointer = view.non_null(media.schema, media.pointer)
        if {*types(schema)} - {"string"} or view.property_names(schema, pointer):
            yield (
                media.pointer,
                f"The content {media.media_type} is passed on unread, so this schema says nothing. "
                "Write type: string, or make the content application/json.",
            )
    elif media.kind in ("json", "multipart", "form") and not media.schema:
        yield owner, f"The content {media.media_type} has no schema. Add one."
    elif media.kind in ("multipart", "form"):
        schema, pointer = view.follow(media.schema, media.pointer)
        if not is_fields(view.walk, schema, pointer):
            yield media.pointer, "A form is an object whose properties are its parts. Describe them."
        elif extra_schema(view.walk, schema, pointer) is not None:
            yield media.pointer, "A form has only the parts that are named. Remove additionalProperties."
        else:
            for name, one in view.walk.properties(schema, pointer).items():
                yield from _part(view, name, *view.non_null(one.schema, one.pointer), media.kind)


def _part(view: View, name: str, schema: Any, pointer: str, kind: str) -> Hits:
    """What a field of a form cannot hold: lists in lists, and in a form without files also objects."""
    is_list = "array" in types(schema)
    if is_list:
        schema, pointer = view.non_null(schema.get("items", {}), f"{pointer}/items")
    if is_list and "array" in types(schema):
        yield pointer, f'The part "{name}" is a list of lists, which no form can hold. Describe plain values.'
    elif kind == "form" and ("object" in types(schema) or view.property_names(schema, pointer)):
        yield pointer, f'The field "{name}" holds an object, which no form can hold. Describe plain values.'


@rule("file-content", "Only a form has a way to hold a file; JSON has none.")
def file_content(view: View) -> Hits:
    allowed = set(_file_pointers(view))
    for node in view.all("schema"):
        if node.value.get("format") == "binary" and node.pointer not in allowed:
            yield (
                pointers.child(node.pointer, "format"),
                "format: binary stands outside of a multipart form. Describe the string, or upload a form.",
            )


def _file_pointers(view: View) -> Iterator[str]:
    """Where files may be: as a whole body, as a part of a form, and in a list that is such a part."""
    for node in view.operations:
        for holder, pointer, is_request in _bodies(view, node):
            for media in contents(holder, pointer):
                if media.kind in ("text", "bytes"):
                    yield media.pointer
                if media.kind == "multipart" and is_request:
                    for one in view.walk.properties(*view.follow(media.schema, media.pointer)).values():
                        schema, at = view.non_null(one.schema, one.pointer)
                        yield at if is_file(schema) else f"{at}/items"


@rule("unwrap-needed", "A method returns the content of an envelope, and everything else as it is.")
def unwrap_needed(view: View) -> Hits:
    for node in view.operations:
        schema = None if node.field == "head" else view.success_schema(node)
        is_object = schema is not None and bool(view.property_names(*schema))
        is_declared = any(status.startswith("2") for status, _, _ in view.responses(node))
        if "x-unwrap" in node.value and is_declared and not is_object:
            yield (
                pointers.child(node.pointer, "x-unwrap"),
                "The response for success is not an object with properties. Remove x-unwrap.",
            )
        if "x-unwrap" not in node.value and schema is not None and "meta" in view.property_names(*schema):
            yield node.pointer, "The response is an envelope. Say in x-unwrap which part the method returns."


@rule("wrapper-extra", "Further keys beside a wrapper have no argument.")
def wrapper_extra(view: View) -> Hits:
    for node in view.operations:
        schema = view.body_schema(node)
        if "x-body-wrapper" in node.value and schema is not None:
            found = extra_schema(view.walk, as_mapping(schema[0]), schema[1])
            if found is not None:
                yield found[1], "Further keys stand beside the wrapper. Move additionalProperties into it."
