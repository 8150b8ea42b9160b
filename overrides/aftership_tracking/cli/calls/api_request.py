"""What `aftership api` was given becomes a request: path, query, body and headers. Nothing is sent here."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import typer

from aftership_tracking import documents
from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_PREFIX = re.compile(r"/tracking/(\d{4}-\d{2})(/.*)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A path without its version, and what came with it."""

    segments: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    """The version of a path such as /tracking/2026-07/couriers."""
    origin: str | None = None
    """Scheme and host, if a whole URL was given."""


def read_target(text: str) -> Target:
    """Read a path with or without its version, or a whole URL. Raises CommandError."""
    parts = urlsplit(text)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None
    if parts.scheme and origin is None:
        raise _wrong(f"'{text}' is not a path", "Write it as /trackings, without a host.")
    if parts.fragment:
        raise _wrong("A path has no fragment", "Encode a # as %23.")
    path, version = f"/{parts.path.removeprefix('/')}", None
    if (found := _PREFIX.fullmatch(path)) is not None:
        version, path = found[1], found[2] or "/"
    segments = tuple(unquote(segment) for segment in path[1:].split("/"))
    if "" in segments:
        raise _wrong(f"'{text}' has an empty segment", "Write it as /trackings or /trackings/ID.")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return Target(segments=segments, query=merge_query(pairs), version=version, origin=origin)


def read_pairs(texts: Iterable[str] | None, option: str) -> list[tuple[str, str]]:
    """Read NAME=VALUE. The value may hold anything, also `=`."""
    found = []
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise typer.BadParameter("must be NAME=VALUE", param_hint=option)
        found.append((name, value))
    return found


def merge_query(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Make a query of pairs. One that repeats is a list, which the API takes with commas between."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def read_body(
    texts: Iterable[str] | None, values: Iterable[str] | None, file: str | None
) -> dict[str, Any] | None:
    """Return the JSON object to send: that of a file, with the fields over it. None if nothing is given."""
    body = None if file is None else _read_input(file)
    named: dict[str, Any] = {}
    for name, value in read_pairs(texts, "-f"):
        _add(named, name, value)
    for name, value in read_pairs(values, "-F"):
        try:
            _add(named, name, json.loads(value))
        except (ValueError, RecursionError):
            raise typer.BadParameter(
                f"{name} is not JSON; a string needs quotes ('{name}=\"text\"'), or -f", param_hint="-F"
            ) from None
    return {**(body or {}), **named} if body is not None or named else None


def read_headers(lines: Iterable[str] | None) -> dict[str, str]:
    """Read 'Name: value'."""
    found = {}
    for line in lines or ():
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            # The message does not show the line, which may hold a secret.
            raise typer.BadParameter("a header is written 'Name: value'", param_hint="-H")
        found[name.strip()] = value.strip()
    return found


def check_route(version: str, method: str, segments: Sequence[str]) -> None:
    """Refuse a path that the document of the version does not have. Raises CommandError."""
    routes = [
        (template, name.upper())
        for template, item in documents.document(version)["paths"].items()
        for name in item
        if name.upper() in METHODS
    ]
    fitting = {name for template, name in routes if _fits(template, segments)}
    if method in fitting or (method == "HEAD" and "GET" in fitting):
        return
    path = "/" + "/".join(segments)
    if fitting:
        raise CommandError(
            f"{path} takes {' and '.join(sorted(fitting))} in {version}, not {method}.",
            USAGE,
            hint="To send it all the same: --force",
        )
    meant = did_you_mean(path, sorted({template for template, _ in routes})).rstrip(".")
    raise CommandError(
        f"The document of {version} has no path {path}{meant}", USAGE, hint="To send it all the same: --force"
    )


def _fits(template: str, segments: Sequence[str]) -> bool:
    own = template[1:].split("/")
    return len(own) == len(segments) and all(
        part.startswith("{") or part == given for part, given in zip(own, segments, strict=True)
    )


def _add(body: dict[str, Any], name: str, value: Any) -> None:
    if name in body:
        raise typer.BadParameter(f"{name} is given twice; a list is one -F with JSON", param_hint="-F")
    body[name] = value


def _read_input(file: str) -> dict[str, Any]:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        content = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", USAGE) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = "" if line is None else f": line {line}, column {getattr(error, 'colno', 0)}"
        raise CommandError(f"{_name(file)} is not JSON{where}.", USAGE) from None
    if not isinstance(content, dict):
        raise CommandError(f'{_name(file)} must hold a JSON object, such as {{"note": "..."}}.', USAGE)
    return content


def _name(file: str) -> str:
    return "Standard input" if file == "-" else file


def _wrong(what: str, hint: str) -> CommandError:
    return CommandError(f"{what}.", USAGE, hint=hint)
