"""Reads somebody's OpenAPI document: JSON or YAML, of 3.0 or 3.1, with limits on what it may be."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import yaml

from generator.document.document import Document
from generator.document.source import Location, Mark, Source, display_path
from generator.document.yaml_reader import parse
from generator.errors import SpecError

MOST_BYTES = 20_000_000
MOST_DEPTH = 100
MOST_VALUES = 1_000_000
_DIALECTS = ("3.0.", "3.1.")


def read_document(path: Path) -> Document:
    """The document in a file. Raises `SpecError` for what is not an OpenAPI document of 3.0 or 3.1."""
    file = display_path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SpecError("The file does not exist.", file=file) from None
    except OSError as error:
        raise SpecError(f"The file cannot be read: {error.strerror}.", file=file) from None
    return parse_document(data, file)


def parse_document(data: bytes, file: str) -> Document:
    """The same from bytes; `file` is the name for messages."""
    if len(data) > MOST_BYTES:
        raise SpecError(
            f"The file is larger than {MOST_BYTES:,} bytes.", file=file, hint="Give the document alone."
        )
    source = _read(data, file)
    _check_size(source)
    _check_shape(source)
    return Document("", source.value, source.marks)


def _read(data: bytes, file: str) -> Source:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        _check_depth_of_yaml(data, file)
        return parse(data, file, foreign=True)
    try:
        value = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse, parse_float=_float
        )
    except UnicodeDecodeError:
        raise SpecError("The file is not UTF-8.", file=file, hint="Save it as UTF-8.") from None
    except RecursionError:
        raise SpecError("The values are nested too deeply.", file=file) from None
    except json.JSONDecodeError as error:
        if file.lower().endswith(".json"):
            raise SpecError(f"This is not JSON: {error.msg}.", file=file, line=error.lineno) from None
        _check_depth_of_yaml(data, file)
        return parse(data, file, foreign=True)
    except ValueError as error:
        raise SpecError(f"{error}.", file=file) from None
    return Source(file, value, Mark(Location(file, 1, 1)))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'The key "{twice}" is there twice in one object')
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"The number {constant} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"The number {text} is too large")
    return number


def _check_depth_of_yaml(data: bytes, file: str) -> None:
    """Refuse depth before a tree is built of it, which would end the process in C."""
    depth = count = 0
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(data, Loader=loader):
            count += 1
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MOST_DEPTH:
                raise _too_deep(file)
            if count > 2 * MOST_VALUES:
                raise _too_many(file)
    except (yaml.YAMLError, UnicodeDecodeError):
        return  # the reader says it better
    except RecursionError:
        raise _too_deep(file) from None


def _check_size(source: Source) -> None:
    pending = [(source.value, 1)]
    count = 0
    while pending:
        value, depth = pending.pop()
        count += 1
        if depth > MOST_DEPTH:
            raise _too_deep(source.file)
        if count > MOST_VALUES:
            raise _too_many(source.file)
        if isinstance(value, dict):
            pending += [(one, depth + 1) for one in value.values()]
            pending += [(key, depth) for key in value if not key.isascii()]
        elif isinstance(value, list):
            pending += [(one, depth + 1) for one in value]
        elif isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise SpecError(
                "A string holds half of a character (a lone surrogate).",
                file=source.file,
                hint="Correct the document.",
            )


def _too_deep(file: str) -> SpecError:
    return SpecError(
        f"The values are nested more than {MOST_DEPTH} deep.", file=file, hint="Share schemas with $ref."
    )


def _too_many(file: str) -> SpecError:
    return SpecError(
        f"There are more than {MOST_VALUES:,} values.", file=file, hint="Share schemas with $ref."
    )


def _check_shape(source: Source) -> None:
    raw = source.value
    if not isinstance(raw, dict):
        raise source.error(
            "", "An OpenAPI document is an object.", "Give a document that begins with openapi."
        )
    if "swagger" in raw:
        raise source.error("/swagger", "This is Swagger 2.0.", "Convert it to OpenAPI 3.0 or 3.1 first.")
    dialect = raw.get("openapi")
    if not isinstance(dialect, str) or not f"{dialect}.".startswith(_DIALECTS):
        found = f"has openapi: {json.dumps(dialect)}" if "openapi" in raw else "is not one of OpenAPI"
        raise source.error("/openapi", f"The document {found}.", "Give one of OpenAPI 3.0 or 3.1.")
    paths = raw.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise source.error("/paths", "The document has no paths.", "Give one that describes operations.")
    for key in ("components", "webhooks"):
        if not isinstance(raw.get(key, {}), dict):
            raise source.error(f"/{key}", f"{key} is not an object.", "Correct the document.")
