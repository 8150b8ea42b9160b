"""The commands of docs/other-tools.md run as they stand there, one after the other."""

from __future__ import annotations

import shutil
from pathlib import Path

from docs_support.commands import read_commands
from export_support.exported import ROOT, SPEC
from export_support.tools import succeed

PAGE = ROOT / "docs" / "other-tools.md"


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    # npx finds what is installed here, and nothing else: it is offline.
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for name in ("redocly.yaml", ".spectral.yaml"):
        shutil.copy(SPEC / name, tmp_path)
    commands = [command.text for command in read_commands(PAGE) if not command.text.startswith("npm install")]
    assert len(commands) >= 9
    succeed(Path("/bin/sh"), "-ec", "\n".join(commands), folder=tmp_path)
    for made in (
        "openapi.json",
        "models.json",
        "types.d.ts",
        "models.py",
        "stock",
        "asyncapi.json",
        "exports",
    ):
        assert (tmp_path / made).exists(), made
