"""Reads a form into a call. What cannot be sent is refused in a sentence about its field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.explorer.call import Call
from aftership_tracking.mock.explorer.fields import Field, read_body_fields, read_parameter_fields, write_text
from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json

BODY = "body"
"""The control with the whole body."""
BODY_FROM = "body_from"
"""The control that says whether the fields are sent, or the text of the whole body."""
FROM_FIELDS, FROM_TEXT = "fields", "text"
KEY, NEW_KEY = "key", "new_key"
"""The controls of the API key: one of the mock's accounts by its name, or a key that was typed."""

# Characters of a body that stay on one line.
_LINE = 70
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")
_LINE_BREAK = re.compile(r"\r\n?|\n")
# What a header may hold: HTTP ends a header at a line break.
_HEADER = re.compile(r"[\x20-\x7e\t]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The form of one operation.

    Attributes:
        parameters: of path, query and headers.
        body: the fields of the body; empty if it is not an object with fields.
        takes_text: whether the body is written as text: JSON, or text of another kind.
        not_offered: why the operation cannot be tried here; empty if it can.
    """

    api: Api
    operation: ApiOperation
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    takes_text: bool
    not_offered: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A form that was read.

    Attributes:
        values: what was typed, by the names of the controls, to show it again.
        errors: what is wrong, by the names of the controls.
        call: what to send; None with errors.
    """

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    call: Call | None = None


def build_form(api: Api, operation: ApiOperation) -> Form:
    """Return the form of an operation."""
    parameters = tuple(read_parameter_fields(api, operation))
    kind = None if operation.body is None else operation.body.kind
    missing = next((each.name for each in parameters if each.required and not each.is_offered), None)
    reason = ""
    if kind not in (None, "json", "text"):
        reason = f"Its body is {operation.body.media_type if operation.body else ''}, which has no form here"
    elif missing is not None:
        reason = f"It needs {missing}, an object in the query, which has no form here"
    return Form(
        api=api,
        operation=operation,
        parameters=parameters,
        body=read_body_fields(api, operation),
        takes_text=kind in ("json", "text"),
        not_offered=f"{reason}; call the mock over HTTP instead." if reason else "",
    )


def read_form(form: Form, values: Mapping[str, str]) -> Reading:
    """Read what was typed.

    An empty control is a value that is not sent. A number that is not one is sent as a string: callers try
    out what happens then.
    """
    errors: dict[str, str] = {}
    path: dict[str, str] = {}
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    for each in form.parameters:
        text = values.get(each.input, "")
        holder = {"path": path, "query": query, "header": headers}[each.location]
        if text:
            holder[each.name] = text
        complaint = _complain(each, text)
        if complaint is not None:
            errors[each.input] = complaint
    body, value, is_json = _read_body(form, values, errors)
    if errors:
        return Reading(values=dict(values), errors=errors)
    origin, prefix = _server(form.api.document)
    call = Call(
        version=form.api.version,
        document=form.api.document,
        operation=form.operation,
        prefix=prefix,
        origin=origin,
        key_header=form.api.key_header,
        path=path,
        query=query,
        headers=headers,
        body=body,
        value=value,
        is_json=is_json,
    )
    shown = dict(values)
    if is_json and body is not None:
        shown |= _show_body(form, values, value)
    return Reading(values=shown, call=call)


def show_fields(form: Form, value: Any) -> dict[str, str]:
    """Return what the controls of the fields hold for a body. One that cannot show its value is empty."""
    inner = _unwrap(form, value)
    shown = {each.input: "" for each in form.body}
    if isinstance(inner, dict):
        for each in form.body:
            text = _show(each, inner[each.name]) if each.name in inner else None
            if text is not None:
                shown[each.input] = text
    return shown


def covers(form: Form, value: Any) -> bool:
    """Whether the controls of the fields together send exactly this body."""
    inner = _unwrap(form, value)
    if not isinstance(inner, dict) or (inner is value and form.operation.body_wrapper is not None):
        return False
    errors: dict[str, str] = {}
    return _collect(form, show_fields(form, value), errors) == inner and not errors


def write_body(value: Any) -> str:
    """Return a body as the editor shows it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _complain(each: Field, text: str) -> str | None:
    """What keeps a parameter from being sent."""
    if not text:
        return (
            f"{each.name} is a part of the path, so it cannot be empty" if each.location == "path" else None
        )
    if each.location == "path" and text in (".", ".."):
        return f"{each.name}: a path with . or .. means another path, whoever sends it"
    if each.location == "header" and not _HEADER.fullmatch(text):
        return f"{each.name}: a header holds one line of ASCII"
    return _complain_of_text(each.name, text)


def _complain_of_text(name: str, text: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"{name} holds half of a character (a lone surrogate), which cannot be sent"
    return None


def _read_body(form: Form, values: Mapping[str, str], errors: dict[str, str]) -> tuple[str | None, Any, bool]:
    """Return the text of the body, its JSON value, and whether it is JSON."""
    if not form.takes_text:
        return None, None, False
    if form.body and values.get(BODY_FROM, FROM_FIELDS) == FROM_FIELDS:
        value: Any = _collect(form, values, errors)
        wrapper = form.operation.body_wrapper
        if not value and not form.operation.body_required:
            return None, None, False
        value = value if wrapper is None else {wrapper: value}
        text = json.dumps(value, ensure_ascii=False)
        if len(text) > _LINE:
            text = write_body(value)
    else:
        text = values.get(BODY, "")
        if not text:
            return None, None, False
    complaint = _complain_of_text("the body", text)
    if complaint is not None:
        errors[BODY] = complaint
        return None, None, False
    if form.operation.body is None or form.operation.body.kind != "json":
        return text, None, False
    try:
        return text, read_json(text.encode()), True
    except UnreadableBodyError:
        # It is sent as it is: what the API says about it is worth trying.
        return text, None, False


def _collect(form: Form, values: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    found = {}
    for each in form.body:
        text = values.get(each.input, "")
        if not text:
            continue
        try:
            value = _read(each, text)
        except UnreadableBodyError:
            such = f", such as {each.example}" if each.example else ""
            errors[each.input] = f"{each.name} has to be JSON{such}"
            continue
        found[each.name] = value
    return found


def _read(each: Field, text: str) -> Any:
    """Read a control of the body."""
    if each.kind == "list":
        return [_read_scalar(each.items, line) for line in _LINE_BREAK.split(text) if line]
    if each.kind != "json":
        return _read_scalar(each.kind, text)
    return read_json(text.encode("utf-8", "surrogatepass"))


def _read_scalar(kind: str | None, text: str) -> Any:
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return json.loads(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _show(each: Field, value: Any) -> str | None:
    """Return what a control holds for a value; None if it cannot hold it."""
    if each.kind != "json" and (value is None or isinstance(value, dict)):
        return None
    text = write_body(value) if each.kind == "json" else write_text(value)
    if not text:
        return None
    try:
        return text if _read(each, text) == value else None
    except ValueError:
        return None


def _show_body(form: Form, values: Mapping[str, str], value: Any) -> dict[str, str]:
    """Let fields and editor show the same, whichever was sent."""
    if form.body and values.get(BODY_FROM, FROM_FIELDS) == FROM_FIELDS:
        return {BODY: write_body(value)}
    return show_fields(form, value)


def _unwrap(form: Form, value: Any) -> Any:
    wrapper = form.operation.body_wrapper
    if wrapper is not None and isinstance(value, dict) and value.keys() == {wrapper}:
        return value[wrapper]
    return value


def _server(document: Mapping[str, Any]) -> tuple[str, str]:
    """Origin and path of the first server of a document."""
    parts = urlsplit(document["servers"][0]["url"])
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
