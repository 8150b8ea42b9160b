"""The beginning of an overlay: what every new version has, and comments that say how to go on.

`python -m generator new` writes it once. From then on the file belongs to its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from generator.document.compose import compose, versions
from generator.document.document import Document
from generator.document.source import display_path
from generator.errors import RefusedError

_VERSION = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_YEARS_OF_SUPPORT = 3
_WIDTH = 110

_HOW = """\
  # Below, one group of actions for each line of AfterShip's changelog:
  #
  # - x-change names the group, in kebab-case, in each of its actions. The first one describes the change in
  #   description, in our own words; the changelog and the migration guide print it.
  # - target is a JSONPath that matches once, or as often as x-count says. A name that is not plain is
  #   written in brackets: $.paths['/trackings'].get
  # - update merges into objects, adds to lists, and replaces plain values. To replace anything else, remove
  #   it and update its parent. remove: true takes it away.
  # - x-move, beside the first description, tells where the data of a property went: renamed, moved, dropped.
  #   Without it, a property that goes away is refused. spec/README.md lists the conversions.
  # - Change the examples too. What is new has a description, and x-provenance says how well it is proven.
  #
  # docs/new-version.md explains an overlay step by step. The simplest group:
  #
  # - target: $.components.schemas.Tracking.properties
  #   x-change: box-weight
  #   description: A tracking has the weight of its box.
  #   update:
  #     box_weight:
  #       type: [number, "null"]
  #       description: The weight of the empty box, in kilograms.
  #       x-provenance: documented
"""


def scaffold(spec_dir: Path, version: str) -> Path:
    """Write the overlay of a version that is newer than all. Returns its path.

    Raises `RefusedError` for something that is not a version or not newer, and for a file that exists
    already; `SpecError` when the newest document cannot be composed.
    """
    newest = version_before(spec_dir, version)
    path = spec_dir / "changes" / f"{version}.yaml"
    if path.exists():
        raise RefusedError(
            f"{display_path(path)} exists already.", "Edit it, or remove it to begin again.", misused=True
        )
    content = overlay_text(version, compose(spec_dir, newest))
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def version_before(spec_dir: Path, version: str) -> str:
    """The version that `version` follows, which is the newest one besides it.

    Raises `RefusedError` for something that is not a version, or not newer than all others.
    """
    if not _VERSION.match(version):
        raise RefusedError(
            f'"{version}" is not an API version.', "Write year and month, such as 2027-01.", misused=True
        )
    newest = [one for one in versions(spec_dir) if one != version][-1:]
    if not newest or version <= newest[0]:
        raise RefusedError(
            f"{version} is not newer than {(newest or [version])[0]}, the newest version.",
            "Overlays are only added at the end; correct an old one in its own file.",
            misused=True,
        )
    return newest[0]


def overlay_text(version: str, newest: Document) -> str:
    """The overlay: the actions that give `version` its name, guesses for its dates, and advice."""
    return overlay_head(version, newest) + _HOW


def overlay_head(version: str, newest: Document) -> str:
    """The beginning of the overlay: the actions that give `version` its name, and guesses for its dates."""
    year, month = (int(part) for part in version.split("-"))
    released, until = (_second_thursday(one, month) for one in (year, year + _YEARS_OF_SUPPORT))
    head = [
        f"# What changed in {version}. README.md in the folder above says how to read such a file.",
        "overlay: 1.1.0",
        "info:",
        f"  title: Changes of {version}",
        f'  version: "{version}"',
        "  # Guesses: a release tends to come on a second Thursday, and is supported for three years.",
        "  # Write the dates that are announced instead.",
        f'  x-released: "{released}"',
        f'  x-supported-until: "{until}"',
        "actions:",
        "",
    ]
    named: list[str] = []
    for target in _constants(newest.raw, newest.version, "$"):
        description = f"    description: Responses and webhooks name the version {version}."
        named += [f"  - target: {target}", "    x-change: version-name"]
        named += [description] if len(named) == 2 else []
        named += [f'    update: "{version}"']
    if named:
        named = ["  # ---- version-name ".ljust(_WIDTH, "-"), *named, ""]
    return "\n".join([*head, *named, ""])


def _constants(value: Any, version: str, path: str) -> Iterator[str]:
    """The JSONPaths of constants that name the version, without those in a list, whose index may change."""
    if not isinstance(value, dict):
        return
    for key, child in value.items():
        below = f"{path}.{key}" if _PLAIN_NAME.match(key) else f"{path}['{key}']"
        if key == "const" and child == version:
            yield below
        yield from _constants(child, version, below)


def _second_thursday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 7)
