"""What is generated from a small document, file by file.

A case is a folder of `golden/` with `spec/` and `generated/`. After an intended change run
`python tests/generator/update_golden.py` and review the difference like code.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.output.manifest import NAME
from generator.regenerate import regenerate
from generator_support.documents import CASES, GOLDEN


@pytest.mark.parametrize("case", CASES)
def test_output_is_the_golden_output(case: str, tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / case / "spec", tmp_path / "spec")
    lines: list[str] = []

    assert regenerate(tmp_path, None, False, lines.append) == 0, lines

    (tmp_path / "generated" / NAME).unlink()
    assert _files(tmp_path / "generated") == _files(GOLDEN / case / "generated")


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
