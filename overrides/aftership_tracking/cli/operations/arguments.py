"""Values of the command line become the arguments of a method: lists, JSON, and `--set a.b=value`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer

from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.operations.document_operations import (
    DocumentOperation,
    DocumentParameter,
    leaf_schema,
)
from aftership_tracking.cli.output import CommandError

SET = "--set"


def read_arguments(
    operation: DocumentOperation, given: Mapping[str, Any], sets: Iterable[str]
) -> dict[str, Any]:
    """Return the keywords of the method. What is not given is left out. Raises BadParameter."""
    arguments: dict[str, Any] = {}
    for parameter in operation.parameters:
        value = given.get(parameter.argument)
        if value is None or value == ():
            continue
        if parameter.is_json:
            value = _read_json(parameter, value)
        arguments[parameter.argument] = list(value) if isinstance(value, tuple) else value
    for text in sets:
        _set(operation, arguments, text)
    missing = [each for each in operation.parameters if each.required and each.argument not in arguments]
    if missing:
        names = " and ".join(option_name(each) for each in missing)
        raise CommandError(f"{operation.call} needs {names}.", USAGE)
    return arguments


def option_name(parameter: DocumentParameter) -> str:
    """How a parameter is written on the command line."""
    name = parameter.argument.replace("_", "-")
    if parameter.location == "path":
        return parameter.argument.upper()
    return f"--api-{name}" if name in _TAKEN else f"--{name}"


# Options of every command, with another meaning: `--fields` chooses what is written.
_TAKEN = frozenset({"all", "dry-run", "fields", "help", "json", "ndjson", "profile", "set", "yes"})


def _read_json(parameter: DocumentParameter, text: str) -> Any:
    option = option_name(parameter)
    if text.startswith("@"):
        try:
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise typer.BadParameter(f"{text[1:]} cannot be read: {reason}", param_hint=option) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise typer.BadParameter(
            f"must be JSON, or @FILE; single values: {SET} {parameter.argument}.NAME=VALUE",
            param_hint=option,
        ) from None


def _set(operation: DocumentOperation, arguments: dict[str, Any], text: str) -> None:
    """Carry out one `--set a.0.b=value`."""
    path, equals, value = text.partition("=")
    first, *rest = path.split(".")
    known = {each.argument: each for each in operation.parameters if each.location == "body"}
    if not equals or not all([first, *rest]):
        raise typer.BadParameter("must be NAME=VALUE, such as last_mile.slug=usps", param_hint=SET)
    if first not in known:
        raise typer.BadParameter(
            f"{operation.call} has no field '{first}'{did_you_mean(first, list(known))}", param_hint=SET
        )
    schema = leaf_schema(operation.version, known[first].schema, rest)
    if schema is None:
        raise typer.BadParameter(f"{operation.call} has no field '{path}'.", param_hint=SET)
    _store(arguments, [first, *rest], _read_leaf(path, value, schema))


def _read_leaf(path: str, value: str, schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "string")
    if "string" in ([kinds] if isinstance(kinds, str) else kinds):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{path} must be JSON ({kinds})", param_hint=SET) from None


def _store(target: Any, path: list[str], value: Any) -> None:
    for part, following in pairwise(path):
        target = _enter(target, part, [] if following.isdecimal() else {})
    if isinstance(target, list):
        _enter(target, path[-1], value)
        target[int(path[-1])] = value
    elif isinstance(target, dict):
        target[path[-1]] = value
    else:
        raise typer.BadParameter(f"{'.'.join(path)} is not inside of an object", param_hint=SET)


def _enter(target: Any, part: str, empty: Any) -> Any:
    """Return what is at a part of a path; it is made if it is not there."""
    if isinstance(target, dict):
        return target.setdefault(part, empty)
    if not isinstance(target, list) or not part.isdecimal() or int(part) > len(target):
        raise typer.BadParameter(f"there is nothing before item {part} of the list", param_hint=SET)
    if int(part) == len(target):
        target.append(empty)
    return target[int(part)]
