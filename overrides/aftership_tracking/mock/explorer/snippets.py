"""The same call for the real service: as curl, as Python, and as a line of the command `aftership`.

The explorer sends nothing to the service, so no key is in any of them: each reads `AFTERSHIP_API_KEY`.
"""

from __future__ import annotations

import json
import keyword
import re
import shlex
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from aftership_tracking.mock.explorer.call import Call
from aftership_tracking.mock.explorer.fields import body_node

KEY_VARIABLE = "AFTERSHIP_API_KEY"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LINE = 88


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """What to copy, or why there is nothing to copy.

    Attributes:
        text: the code; empty if there is none.
        reason: why there is none, as a sentence; empty if there is.
    """

    language: str
    text: str = ""
    reason: str = ""


def write_snippets(call: Call) -> tuple[Snippet, ...]:
    """Return the call in each language."""
    return write_curl(call), write_python(call), write_command(call)


def write_curl(call: Call) -> Snippet:
    """Return a command for any POSIX shell. Everything of the call stands in single quotes."""
    if call.body is not None and "\0" in call.body:
        reason = "The body holds a NUL character, which no command line can hold."
        return Snippet(language="curl", reason=reason)
    method = call.operation.method
    lines = [
        # Without --data-raw, curl sends GET by itself; with it, POST.
        f"curl -i {'' if method == 'GET' and call.body is None else f'-X {method} '}{shlex.quote(call.url)}",
        # In double quotes, so that the shell puts the key in.
        *(f'-H "{name}: {value}"' for name, value in call.key_header_of(f"${KEY_VARIABLE}").items()),
        *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in call.all_headers.items()),
    ]
    if call.body is not None:
        # Not --data: a body that begins with @ would be the name of a file.
        lines.append(f"--data-raw {shlex.quote(call.body)}")
    return Snippet(language="curl", text=" \\\n  ".join(lines) + "\n")


def write_python(call: Call) -> Snippet:
    """Return a program that makes the call with the client of its version."""
    try:
        arguments = _arguments(call)
    except _CannotSendError as error:
        return Snippet(language="Python", reason=f"{error} curl can send it.")
    operation = call.operation
    module = _module(call.version)
    if find_spec(module) is None:
        return Snippet(language="Python", reason=f"No client of {call.version} is installed.")
    lines = [
        f"from {module} import AfterShip",
        "",
        f"client = AfterShip()  # the key is in {KEY_VARIABLE}",
        *_write_call(f"result = client.{operation.resource}.{operation.action}", arguments),
        "print(result)",
    ]
    return Snippet(language="Python", text="\n".join(lines) + "\n")


def write_command(call: Call) -> Snippet:
    """Return a line of the command `aftership` for any POSIX shell. Key and address are in its settings."""
    try:
        words, given = _command_words(call)
    except _CannotSendError as error:
        return Snippet(language="aftership", reason=f"{error} curl can send it.")
    if find_spec(_module(call.version)) is None:
        return Snippet(language="aftership", reason=f"No client of {call.version} is installed.")
    line = " \\\n  ".join(" ".join(map(shlex.quote, group)) for group in words)
    if given is not None:
        line = f"printf %s {shlex.quote(given)} |\n  {line}"
    return Snippet(language="aftership", text=f"{line}\n")


class _CannotSendError(Exception):
    """The client, or the command, has no way to send this call; the text says why."""


def _module(version: str) -> str:
    return f"aftership_tracking.v{version.replace('-', '_')}"


def _command_words(call: Call) -> tuple[list[list[str]], str | None]:
    """Return the arguments of the command, an option with its value in each group, and its standard input."""
    operation = call.operation
    if operation.security != "key":
        raise _CannotSendError("The command always sends an API key as such, and this operation takes none.")
    for name, value in call.path.items():
        if not value.strip():
            raise _CannotSendError(f"The command refuses a blank {name}.")
    for name, value in (*call.query.items(), *call.headers.items()):
        if "\0" in value:
            raise _CannotSendError(f"{name} holds a NUL character, which no command line can hold.")
    for name, value in call.headers.items():
        if "\t" in value:
            raise _CannotSendError(f"The command refuses a header with a tab, and {name} has one.")
    path = call.target.partition("?")[0].removeprefix(call.prefix)
    words = [["aftership", "api", operation.method, path], ["--api-version", call.version]]
    words += [["-q", f"{name}={value}"] for name, value in call.query.items()]
    words += [["-H", f"{name}: {value}"] for name, value in call.headers.items()]
    if call.body is None:
        return words, None
    fields = _command_body(call, call.body)
    if not fields or any(not _NAME.fullmatch(name) for name in fields):
        # An option is NAME=VALUE, so it can hold neither every name nor an empty object.
        return [*words, ["--input", "-"]], _json(fields)
    for name, field in fields.items():
        is_plain = isinstance(field, str) and "\0" not in field
        words.append(["-f", f"{name}={field}"] if is_plain else ["-F", f"{name}={_json(field)}"])
    return words, None


def _command_body(call: Call, text: str) -> dict[str, Any]:
    body = call.operation.body
    if call.operation.method == "GET":
        raise _CannotSendError("The command sends no body with GET.")
    if body is None or body.header != "application/json" or not call.is_json:
        raise _CannotSendError("The command sends JSON, and the body is not JSON.")
    _check_repeated(text)
    if not isinstance(call.value, dict):
        raise _CannotSendError("The command always sends an object, and the body is not one.")
    return call.value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _arguments(call: Call) -> list[tuple[str, Any]]:
    """Return the arguments of the method, in order: those of the path first."""
    operation = call.operation
    found: list[tuple[str, Any]] = []
    for parameter in operation.parameters:
        if parameter.location == "path":
            value: Any = call.path[parameter.name]
            if not value.strip():
                raise _CannotSendError(f"The client refuses a blank {parameter.name}.")
            found.append((_argument(parameter.name), value))
        elif parameter.location == "query" and parameter.name in call.query:
            text = call.query[parameter.name]
            items = text.split(",")
            if parameter.style == "list" and "" in items:
                raise _CannotSendError(f"The client sends no empty item, and {parameter.name} has one.")
            value = (
                [_value(parameter.kinds, item) for item in items]
                if parameter.style == "list"
                else _value(parameter.kinds, text)
            )
            found.append((_argument(parameter.name), value))
    if call.headers:
        raise _CannotSendError(f"The method of the client has no argument for {', '.join(call.headers)}.")
    taken = {parameter.name for parameter in operation.parameters}
    for name, value in _body_arguments(call).items():
        # As the generated methods do it, where a parameter has that name already.
        found.append((_argument(f"new_{name}" if name in taken else name), value))
    return found


def _body_arguments(call: Call) -> dict[str, Any]:
    body = call.operation.body
    if body is None or (call.body is None and not call.operation.body_required):
        return {}
    node = None if body.schema is None else body_node(call.document, call.operation)
    if body.kind != "json" or node is None:
        raise _CannotSendError("The body is not an object with fields, so this page has no Python for it.")
    if call.body is None or not call.is_json:
        raise _CannotSendError("The client sends JSON, and the body is not JSON.")
    _check_repeated(call.body)
    value, wrapper = call.value, call.operation.body_wrapper
    if wrapper is not None:
        if not isinstance(value, dict) or value.keys() != {wrapper}:
            raise _CannotSendError(f"The client always sends the body as an object with {wrapper} alone.")
        value = value[wrapper]
    if not isinstance(value, dict):
        raise _CannotSendError("The client always sends an object, and the body is not one.")
    for name, inner in value.items():
        if name not in node.properties:
            raise _CannotSendError(f"{call.version} has no field {json.dumps(name)}, nor has the client.")
        if inner is None and not node.properties[name].can_be_null:
            raise _CannotSendError(f"The client leaves {name} out if it is None.")
    missing = sorted(node.required - value.keys())
    if missing:
        raise _CannotSendError(f"The client needs {', '.join(missing)}.")
    return value


def _check_repeated(text: str) -> None:
    def check(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise _CannotSendError("An object of the body has the same name twice.")

    json.loads(text, object_pairs_hook=check)


def _argument(name: str) -> str:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise _CannotSendError(f"The argument for {json.dumps(name)} has a name of its own in Python.")
    return name


def _value(kinds: tuple[str, ...], text: str) -> Any:
    """Return a value of the query as its type; as the string that was typed, if it is not one."""
    if kinds == ("integer",) and re.fullmatch(r"-?(?:0|[1-9][0-9]{0,30})", text):
        return int(text)
    if kinds == ("boolean",) and text in ("true", "false"):
        return text == "true"
    return text


def _write_call(start: str, arguments: list[tuple[str, Any]]) -> list[str]:
    written = [f"{name}={_literal(value)}" for name, value in arguments]
    line = f"{start}({', '.join(written)})"
    if len(line) <= _LINE and "\n" not in line:
        return [line]
    inner = [_indent(f"{name}={_literal(value, len(name) + 6)},") for name, value in arguments]
    return [f"{start}(", *inner, ")"]


def _literal(value: Any, column: int = 0) -> str:
    """Write a JSON value as Python does, over several lines where it is long."""
    short = _short(value)
    if not isinstance(value, dict | list) or not value or len(short) + column <= _LINE:
        return short
    if isinstance(value, list):
        lines = [_indent(f"{_literal(item, 8)},") for item in value]
        return "\n".join(["[", *lines, "]"])
    lines = [_indent(f"{_short(name)}: {_literal(item, len(name) + 8)},") for name, item in value.items()]
    return "\n".join(["{", *lines, "}"])


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_short(name)}: {_short(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_short(item) for item in value) + "]"
    written = repr(value)
    # In double quotes, as most programs have it, where nothing has to be escaped anew.
    return f'"{written[1:-1]}"' if written.startswith("'") and '"' not in written else written


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
