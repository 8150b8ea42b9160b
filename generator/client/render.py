"""Renders a version: reads names and records from its document, fills the templates, compares the result.

The templates are rendered in the Jinja environment of openapi-python-client, with our records and filters and
with two guards: an unknown name in a template is an error, and so is document text that passed no filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

from generator.client import method_layout
from generator.client.completeness import check_complete
from generator.client.openapi_library import LibraryNames, jinja_environment, read_names
from generator.client.package_reader import package_name, read_package
from generator.client.quoting import literal, refuse_untrusted
from generator.client.template_records import Package
from generator.client.texts import docstrings
from generator.document.document import Document
from generator.document.json_text import json_text
from generator.document.source import display_path
from generator.document.yaml_reader import read
from generator.errors import SpecError

TEMPLATES = Path(__file__).resolve().parents[2] / "overrides" / "templates"
PACKAGE = "aftership_tracking"


def render_version(document: Document, templates: Path = TEMPLATES) -> tuple[Package, dict[str, str]]:
    """The record of a version and its files, by path below `generated/`. They are not yet formatted.

    Raises `SpecError`, or an `ExceptionGroup` of it, if the document cannot become code or if something of it
    was lost.
    """
    names = read_names(document)
    package = read_package(document, names)
    modules = ModuleRenderer(package, names, templates).render()
    check_complete(document, modules)
    folder = f"{PACKAGE}/{package_name(document.version)}"
    files = {f"{folder}/{name}": source for name, source in modules.items()}
    content = document.to_json()
    _check_encodable(content, document.location("").file)
    files[f"{folder}/openapi.json"] = content
    return package, files


class ModuleRenderer:
    """Renders the modules of one API version."""

    def __init__(self, package: Package, names: LibraryNames, templates: Path) -> None:
        self.package = package
        self.environment = jinja_environment(names, templates)
        self.environment.undefined = jinja2.StrictUndefined
        self.environment.finalize = refuse_untrusted
        self.environment.filters.update(
            literal=literal,
            sentence=docstrings.sentence,
            docstring=docstrings.docstring,
            method_docstring=docstrings.method_docstring,
            import_statement=method_layout.import_statement,
            signature=method_layout.signature,
            call=method_layout.call,
            declaration=method_layout.declaration,
            rate_limit=method_layout.rate_limit,
        )
        self.environment.globals.update(package=package)

    def render(self) -> dict[str, str]:
        """The modules as path (below the package of the version) and source, not yet formatted."""
        rendered = {
            "__init__.py": self._module("package_init.py.jinja"),
            "client.py": self._module("client.py.jinja"),
            "enum_meanings.py": self._module("enum_meanings.py.jinja"),
            "enums.py": self._module("enums.py.jinja"),
            "models.py": self._module("models.py.jinja"),
            "resources/__init__.py": self._module("resources_init.py.jinja"),
        }
        if self.package.inputs:
            rendered["inputs.py"] = self._module("inputs.py.jinja")
        for resource in self.package.resources:
            rendered[f"resources/{resource.name}.py"] = self._module("resource.py.jinja", resource=resource)
        return rendered

    def _module(self, template: str, **values: object) -> str:
        return self.environment.get_template(template).render(**values)


def render_newest(versions: Sequence[str]) -> dict[str, str]:
    """The module by which type checkers see the newest version as the package itself, and every version as a
    package in it. `versions`: oldest first.
    """
    packages = "".join(f"from {PACKAGE} import {name} as {name}\n" for name in map(package_name, versions))
    return {
        f"{PACKAGE}/newest.py": (
            '"""The newest API version. Type checkers read this; the package finds it by name."""\n\n'
            "from __future__ import annotations\n\n"
            f"{packages}from {PACKAGE}.{package_name(versions[-1])} import *\n"
        )
    }


def render_data(spec_dir: Path) -> dict[str, str]:
    """What all versions share: the lists of `spec/data` as JSON, and the marker for type checkers."""
    files = {f"{PACKAGE}/py.typed": ""}
    for path in sorted((spec_dir / "data").glob("*.yaml")):
        content = json_text(read(path).value)
        _check_encodable(content, display_path(path))
        files[f"{PACKAGE}/data/{path.stem}.json"] = content
    return files


def _check_encodable(content: str, file: str) -> None:
    try:
        content.encode()
    except UnicodeEncodeError:
        raise SpecError(
            "A string has half of a surrogate pair.", file=file, hint="Write the whole character."
        ) from None
