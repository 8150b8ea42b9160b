"""Writes the bodies of the few operations that do not take a JSON object of their arguments.

This module is imported when a call of such an operation is planned.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.codec import encode_body, encode_value
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Content, Operation, find_argument
from aftership_tracking.runtime.wire.scalars import refuse_half_character

__all__ = ["FileContent", "write_body"]

FileContent: TypeAlias = "bytes | tuple[str, bytes]"
"""What a parameter for a file accepts: its bytes, or its name and its bytes."""

_BYTES = (bytes, bytearray, memoryview)


def write_body(
    operation: Operation[Any], content: Content, arguments: Mapping[str, object]
) -> tuple[bytes, str]:
    """Return the body and its media type, which is empty if there is nothing to send.

    Raises UsageError for values that cannot be sent.
    """
    given = {
        name: value
        for name, value in arguments.items()
        if value is not UNSET and (value is not None or name in operation.clears)
    }
    if content.kind == "extra":
        return encode_body(
            _add_extra(operation, given, arguments), operation.body_wrapper
        ), content.media_type
    if content.kind == "multipart":
        return _write_multipart(given)
    if content.kind == "form":
        pairs = [(name, text) for name, value in given.items() for text in _write_texts(name, value)]
        return urlencode(pairs).encode(), content.media_type
    # The only argument is the whole body. Without it there is none.
    if not given:
        return b"", ""
    (value,) = given.values()
    if content.kind == "whole":
        wrapper = operation.body_wrapper
        return encode_value(value if wrapper is None else {wrapper: value}), content.media_type
    if content.kind == "text":
        if not isinstance(value, str):
            raise UsageError(f"body must be a string, not a {type(value).__name__}")
        return _encode("body", value), f"{content.media_type}; charset=utf-8"
    if not isinstance(value, _BYTES):
        raise UsageError(f"body must be bytes, not a {type(value).__name__}")
    return bytes(value), content.media_type


def _add_extra(
    operation: Operation[Any], given: dict[str, object], arguments: Mapping[str, object]
) -> dict[str, object]:
    extra = given.pop("extra", None)
    if extra is None:
        return given
    if not isinstance(extra, Mapping):
        raise UsageError(f"extra must be a mapping of further keys, not a {type(extra).__name__}")
    for wire in extra:
        # A further key may be called `extra` too: no property of the document is.
        if wire in arguments and wire != "extra":
            name = find_argument(operation, operation.body_names, wire)
            raise UsageError(
                f"extra gives {wire}, which is an argument of this method", hint=f"Write {name}=... instead."
            )
    return {**given, **extra}


def _write_multipart(given: Mapping[str, object]) -> tuple[bytes, str]:
    """Write each argument as a part: files as they are, objects as JSON, each item of a list by itself."""
    boundary = os.urandom(16).hex()
    parts = [
        b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), head.encode(), content)
        for name, value in given.items()
        for head, content in _write_parts(name, value)
    ]
    return b"".join([*parts, b"--%b--\r\n" % boundary.encode()]), f"multipart/form-data; boundary={boundary}"


def _write_parts(name: str, value: object) -> list[tuple[str, bytes]]:
    disposition = f'Content-Disposition: form-data; name="{_quote(name)}"'
    if isinstance(value, _BYTES):
        value = (name, value)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], _BYTES):
        file, content = value
        if not isinstance(file, str):
            raise UsageError(f"{name}: the name of the file must be a string, not a {type(file).__name__}")
        head = f'{disposition}; filename="{_quote(file)}"\r\nContent-Type: application/octet-stream'
        return [(head, bytes(content))]
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [part for item in value for part in _write_parts(name, item)]
    content = to_json_value(value, name, complete=True)
    if isinstance(content, dict):
        return [(f"{disposition}\r\nContent-Type: application/json", encode_value(content))]
    return [(disposition, _encode(name, _to_text(content)))]


def _quote(name: str) -> str:
    # As browsers do: a name must not end the header.
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _write_texts(name: str, value: object) -> list[str]:
    content = to_json_value(value, name)
    if isinstance(content, dict):
        raise UsageError(f"{name}: a form has no way to hold an object")
    texts = [_to_text(one) for one in content] if isinstance(content, list) else [_to_text(content)]
    for text in texts:
        _encode(name, text)
    return texts


def _to_text(value: object) -> str:
    return value if isinstance(value, str) else encode_value(value).decode()


def _encode(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        refuse_half_character(name)
