"""The API documents and data files of the package, as plain data. No version package is imported for them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from aftership_tracking.errors import UsageError

__all__ = ["data", "document", "error_code", "versions"]

_PACKAGE = re.compile(r"v(\d{4})_(\d{2})")


def versions() -> tuple[str, ...]:
    """Return the API versions whose documents are installed, oldest first."""
    found = {
        f"{match[1]}-{match[2]}"
        for root in _roots()
        if root.is_dir()
        for folder in root.iterdir()
        if (match := _PACKAGE.fullmatch(folder.name)) and (folder / "openapi.json").is_file()
    }
    return tuple(sorted(found))


def document(version: str) -> dict[str, Any]:
    """Return the OpenAPI document of one version, such as "2024-01". Raises UsageError if it is not
    installed.
    """
    if version not in versions():
        raise UsageError(
            f"there is no document of version {version!r}; there are: {', '.join(versions()) or 'none'}"
        )
    content: dict[str, Any] = _read(f"v{version.replace('-', '_')}/openapi.json")
    return content


def error_code(version: str, code: int) -> dict[str, Any] | None:
    """Return what the document of a version says about an error code of the API: `status`, `type`, `meaning`,
    `hint` and `x-provenance`. None: it does not have the code. Raises UsageError as `document` does.
    """
    found: dict[str, Any] | None = document(version).get("x-errors", {}).get(str(int(code)))
    return found


def data(name: str) -> Any:
    """Return the content of a data file.

    `name`: which one, without its ending, such as "couriers".

    Raises UsageError if there is no such file.
    """
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise UsageError(f"not the name of a data file: {name!r}")
    return _read(f"data/{name}.json")


def _read(relative: str) -> Any:
    for root in _roots():
        file = root / relative
        if file.is_file():
            return json.loads(file.read_bytes())
    raise UsageError(f"the package has no file {relative}")


def _roots() -> list[Path]:
    # The package has several roots in a checkout, and one when it is installed.
    # Python loads the package before it loads this module.
    return [Path(entry) for entry in sys.modules["aftership_tracking"].__path__]
