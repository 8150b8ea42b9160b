"""Reads the responses of the few operations that do not return a JSON object with fields.

This module is imported when a response of such an operation is read.
"""

from __future__ import annotations

from email.message import Message
from typing import Any

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.models.codec import Decoded, decode_type, read_json
from aftership_tracking.runtime.operation import Content, Operation
from aftership_tracking.runtime.surprise import Report
from aftership_tracking.runtime.wire.request import Response

__all__ = ["hides_error", "read_other"]


def read_other(
    response: Response,
    models: str,
    declared: Operation[Any],
    content: Content,
    *,
    thorough: bool,
    operation: str,
) -> Decoded:
    """Read a response for success as the value that the method returns.

    Raises DecodeError if it cannot be that value.
    """
    if content.kind == "json":
        return decode_type(response.body, models, declared.returns, thorough=thorough, operation=operation)
    report = Report(operation)
    if content.kind == "empty":
        if response.body.strip():
            report.add(None, "nothing", f"{len(response.body)} bytes")
        return Decoded(None, report.surprises() if thorough else ())
    found = _media_type(response)
    if found.get_content_type() != content.media_type.lower() and "*" not in content.media_type:
        # Perhaps the page of a proxy: whoever gets the bytes cannot see it.
        got = found.get_content_type() if "content-type" in response.headers else "no content type"
        report.add(None, content.media_type, got)
    value: object = response.body
    if content.kind == "text":
        value = _decode_text(response.body, found.get_content_charset() or "utf-8")
    return Decoded(value, report.surprises())


def hides_error(response: Response) -> bool:
    """Whether the response is an error that was sent with the status of a success."""
    if not response.body.lstrip().startswith(b"{"):
        return False
    try:
        value = read_json(response.body, Report())
    except DecodeError:
        return False
    meta = value.get("meta") if isinstance(value, dict) else None
    code = meta.get("code") if isinstance(meta, dict) else None
    return isinstance(code, int) and code >= 300


def _media_type(response: Response) -> Message:
    message = Message()
    # A message without one counts as text.
    message["content-type"] = response.headers.get("content-type") or "application/octet-stream"
    return message


def _decode_text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except (LookupError, UnicodeDecodeError):
        pass
    # Raised here, because the context of an error raised above would hold the content.
    raise DecodeError(f"the response is not text in {ascii(charset)[:40]}")
