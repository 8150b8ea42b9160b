"""Reads the body of a request as the content that its operation declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from fnmatch import fnmatchcase
from typing import Any

from aftership_tracking.mock.documents.contents import JSON_TYPE, Content
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.pipeline.parameters import UNREADABLE, read_query, read_scalar
from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json


@dataclass(frozen=True, slots=True)
class _Part:
    """One value of a form. `media_type` is that of the part, if it has one."""

    name: str
    content: bytes
    media_type: str = ""


def read_body(content: Content, header: str, raw: bytes, document: Mapping[str, Any]) -> Any:
    """Return the value of a body: of JSON or a form as JSON values, else a string or bytes.

    A file in a form is a string with a character for each byte, because JSON Schema knows no bytes.

    Args:
        header: the `content-type` of the request. JSON is read without it, as the service does.

    Raises:
        UnreadableBodyError: the body is not what the operation declares.
    """
    if content.kind == "json":
        return read_json(raw)
    sent = _read_header(header)
    if not fnmatchcase(sent.get_content_type(), content.media_type):
        raise UnreadableBodyError(f"its content-type is not {content.media_type}")
    if content.kind == "bytes":
        return raw
    if content.kind == "text":
        return _decode(raw, sent.get_content_charset() or "utf-8")
    parts = _read_multipart(raw, sent) if content.kind == "multipart" else _read_form(raw)
    return _read_fields(parts, None if content.schema is None else SchemaNode(document, content.schema))


def _read_header(value: str) -> Message:
    message = Message()
    # A message without one counts as text.
    message["content-type"] = value.replace("\r", " ").replace("\n", " ") or "application/octet-stream"
    return message


def _decode(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):
        raise UnreadableBodyError("the body is not text in its charset") from None


def _read_form(raw: bytes) -> list[_Part]:
    found = read_query(raw)
    if found is None or any(text is None for texts in found.values() for text in texts):
        raise UnreadableBodyError("the form is not UTF-8")
    return [_Part(name, (text or "").encode()) for name, texts in found.items() for text in texts]


def _read_multipart(raw: bytes, header: Message) -> list[_Part]:
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise UnreadableBodyError("its content-type names no boundary")
    _, *sections = (b"\r\n" + raw).split(b"\r\n--" + boundary.encode("utf-8", "replace"))
    if not sections or not sections[-1].startswith(b"--"):
        raise UnreadableBodyError("the form does not end with its boundary")
    found = []
    for section in sections[:-1]:
        head, _, content = section.partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(_decode(head.strip(), "utf-8"))
        name = headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise UnreadableBodyError("a part of the form has no name")
        media_type = headers.get_content_type() if "content-type" in headers else ""
        found.append(_Part(name, content, media_type))
    return found


def _read_fields(parts: Sequence[_Part], node: SchemaNode | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        declared = None if node is None else node.properties.get(part.name, node.further)
        if declared is not None and "array" in declared.kinds:
            found.setdefault(part.name, []).append(_read_part(part, _items_of(declared)))
        elif part.name in found:
            raise UnreadableBodyError("a field of the form is there twice")
        else:
            found[part.name] = _read_part(part, declared)
    return found


def _items_of(node: SchemaNode) -> SchemaNode | None:
    return next((one.items for one in (node, *node.branches) if one.items is not None), None)


def _read_part(part: _Part, declared: SchemaNode | None) -> Any:
    if declared is not None and declared.get("format") == "binary":
        return part.content.decode("latin-1")
    kinds = ("string",) if declared is None else declared.kinds or ("string",)
    if part.media_type == JSON_TYPE or not {"string", "boolean", "integer", "number"} & {*kinds}:
        return read_json(part.content)
    text = _decode(part.content, "utf-8")
    if text == "null" and "string" not in kinds and declared is not None and declared.can_be_null:
        return None
    value = read_scalar(kinds, text)
    # A value of the wrong type is refused by the schema, which says where.
    return text if value is UNREADABLE else value
