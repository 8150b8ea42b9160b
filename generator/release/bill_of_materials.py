"""The list of what is installed with the wheel and all of its extras, as a CycloneDX document (SBOM)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

FOLDER = "build/sbom"
SPEC_VERSION = "1.6"
_LEFT_OUT = ("externalReferences", "description")
"""Links, and words of others, which hold links too."""


def command(python: str, environment: str, project_file: str) -> list[str]:
    """What prints the document of an environment, without a time and a random number.

    `python` is the interpreter that has cyclonedx-bom, `environment` that of the environment.
    """
    options = ["--output-reproducible", "--spec-version", SPEC_VERSION, "--mc-type", "library"]
    return [python, "-m", "cyclonedx_py", "environment", *options, "--pyproject", project_file, environment]


def clean(printed: str, name: str, version: str) -> str:
    """The document without links to websites and registries, which say nothing of what is installed.

    The package itself gets the package URL that an index will give it.
    """
    document = _without_links(json.loads(printed))
    document["metadata"]["component"]["purl"] = f"pkg:pypi/{name}@{version}"
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def components(document: str) -> Iterator[str]:
    """The packages of a document, each as `name==version`, without the package itself."""
    for component in json.loads(document)["components"]:
        yield f"{component['name']}=={component['version']}"


def _without_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_links(each) for name, each in value.items() if name not in _LEFT_OUT}
    return [_without_links(each) for each in value] if isinstance(value, list) else value
