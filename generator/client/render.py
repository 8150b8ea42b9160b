"""From a document to the files of its version: normalise, index, render, compare. Values in, values out."""

from __future__ import annotations

from pathlib import Path

from generator.client.completeness import check_complete
from generator.client.index import build_index, package_name
from generator.client.naming import read_names
from generator.client.project import ClientProject
from generator.client.records import Package
from generator.document.document import Document
from generator.document.source import shown
from generator.document.yaml_reader import read
from generator.errors import SpecError
from generator.output.json_text import json_text

TEMPLATES = Path(__file__).resolve().parents[2] / "overrides" / "templates"
PACKAGE = "aftership_tracking"


def render_version(document: Document, templates: Path = TEMPLATES) -> tuple[Package, dict[str, str]]:
    """The record of a version and its files, by path below `generated/`. Not yet formatted.

    Raises `SpecError`, or an `ExceptionGroup` of it, if the document cannot become code or something got
    lost.
    """
    names = read_names(document)
    package = build_index(document, names)
    modules = ClientProject(package, names, templates).render()
    check_complete(document, modules)
    folder = f"{PACKAGE}/{package_name(document.version)}"
    files = {f"{folder}/{name}": text for name, text in modules.items()}
    files[f"{folder}/openapi.json"] = _encodable(document.to_json(), document)
    return package, files


def render_newest(version: str) -> dict[str, str]:
    """The module by which type checkers see the newest version as the package itself."""
    return {
        f"{PACKAGE}/newest.py": (
            '"""The newest API version. Type checkers read this; the package finds it by name."""\n\n'
            "from __future__ import annotations\n\n"
            f"from {PACKAGE}.{package_name(version)} import *\n"
        )
    }


def render_data(spec_dir: Path) -> dict[str, str]:
    """What all versions share: the lists of `spec/data` as JSON, and the marker for type checkers."""
    files = {f"{PACKAGE}/py.typed": ""}
    for path in sorted((spec_dir / "data").glob("*.yaml")):
        value = read(path).value
        text = json_text(value)
        _check_encodable(text, shown(path))
        files[f"{PACKAGE}/data/{path.stem}.json"] = text
    return files


def _encodable(text: str, document: Document) -> str:
    _check_encodable(text, document.place("").file)
    return text


def _check_encodable(text: str, file: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise SpecError(
            "A text holds half of a surrogate pair.", file=file, cure="Write the whole character."
        ) from None
