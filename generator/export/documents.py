"""All documents for other tools, by target, and their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from generator.document.compose import compose_each
from generator.document.document import Document
from generator.errors import RefusedError, why_not_written
from generator.export.asyncapi import asyncapi
from generator.export.json_schema import json_schema
from generator.export.openapi import openapi
from generator.export.postman import postman


class Target(StrEnum):
    """What a document can be exported to."""

    OPENAPI = "openapi"
    ASYNCAPI = "asyncapi"
    POSTMAN = "postman"
    JSONSCHEMA = "jsonschema"


_WRITERS: Mapping[Target, Callable[[Document], str]] = {
    Target.OPENAPI: openapi,
    Target.ASYNCAPI: asyncapi,
    Target.POSTMAN: postman,
    Target.JSONSCHEMA: json_schema,
}


def export(document: Document, target: Target) -> str:
    """The document as JSON text for one kind of tool; the same bytes each time. Raises `SpecError`."""
    return _WRITERS[target](document)


def file_name(version: str, target: Target) -> str:
    """What the file is called, such as `2026-07.openapi.json`."""
    return f"{version}.{target}.json"


def export_all(spec_dir: Path, targets: Sequence[Target] = tuple(Target)) -> Iterator[tuple[str, str]]:
    """File name and text of every version, oldest first. Raises `SpecError`."""
    for document in compose_each(spec_dir):
        for target in targets:
            yield file_name(document.version, target), export(document, target)


def write_all(spec_dir: Path, folder: Path, targets: Sequence[Target] = tuple(Target)) -> int:
    """Write every version into a folder, which is made if it is not there; return how many files.

    Other files there stay. Raises `SpecError`, before anything is written, and `RefusedError` if something
    cannot be written.
    """
    files = dict(export_all(spec_dir, targets))
    for name, text in files.items():
        write(folder / name, text)
    return len(files)


def write(path: Path, text: str) -> None:
    """Write one file, and the folders above it. Raises `RefusedError` if that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise RefusedError(
            f"{path} cannot be written: {why_not_written(error)}.",
            "Write another path after --output.",
            misused=True,
        ) from None
