"""The manifest: hashes of the documents, templates and generator, and of every file that they made.

By the manifest the writer knows which files the last run made and this run does not, and which files somebody
edited or added by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

NAME = "manifest.json"
SHARED = "shared"
_TOOLS = ("openapi-python-client", "ruff")
# The command line decides whether something is generated, not its content; the others make other files.
_WITHOUT_EFFECT = frozenset(
    {"cli.py", "__main__.py", "scaffold.py", "guides.py", "marked_text.py", "mock_fidelity.py", "skill.py"}
)
# The lint refuses documents, and what `diff` and `release` write is not in `generated/`.
_FOLDERS = ("document", "client", "output", "surface")


@dataclass(frozen=True, slots=True)
class Group:
    """The files that come from one document or, in the group "shared", from none."""

    files: Mapping[str, str]
    """Hash of each file, by path below `generated/`."""
    source: str = ""
    """Hash of the composed document; empty for the shared files."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The groups of files by API version, and the hashes of what made them."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    generator: str = ""
    templates: str = ""
    guides: Mapping[str, str] = field(default_factory=dict)
    """Hash of each file in docs/migration, by its name."""

    @property
    def files(self) -> dict[str, str]:
        """Hash of every generated file."""
        return {path: digest for group in self.groups.values() for path, digest in group.files.items()}

    def to_json(self) -> str:
        """The manifest as JSON: sorted, without anything of the day or the machine."""
        groups = {
            name: {"document": group.source, "files": dict(group.files)}
            if group.source
            else {"files": dict(group.files)}
            for name, group in self.groups.items()
        }
        content: dict[str, Any] = {
            "generator": self.generator,
            "templates": self.templates,
            "tools": {name: version(name) for name in _TOOLS},
            "groups": groups,
        }
        if self.guides:
            content["guides"] = dict(self.guides)
        return json.dumps(content, indent=2, sort_keys=True) + "\n"


def read_manifest(path: Path) -> Manifest:
    """The manifest of the last run. Without one, or with one that cannot be read, it is empty."""
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        groups = {
            name: Group(dict(group["files"]), group.get("document", ""))
            for name, group in content["groups"].items()
        }
        guides = dict(content.get("guides", {}))
        return Manifest(groups, content["generator"], content["templates"], guides)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def make_group(files: Mapping[str, str], source: str = "") -> Group:
    """A group with the hashes of its files, and the hash of the document that they come from."""
    return Group({path: digest(content.encode()) for path, content in sorted(files.items())}, source)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_files(root: Path, paths: Iterable[Path]) -> str:
    """One hash over the names and contents of files."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(f"{path.relative_to(root).as_posix()}\0{digest(path.read_bytes())}\n".encode())
    return whole.hexdigest()


def generator_digest(folder: Path) -> str:
    """The hash of the modules that decide what the generated files contain."""
    paths = [*folder.glob("*.py"), *(path for name in _FOLDERS for path in (folder / name).rglob("*.py"))]
    return digest_files(folder, (path for path in paths if path.name not in _WITHOUT_EFFECT))


def templates_digest(folder: Path) -> str:
    """The hash of the templates."""
    return digest_files(folder, folder.glob("*.jinja"))
