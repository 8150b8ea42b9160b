"""Every extra alone, from the wheel, in an environment of its own: a small program uses it. Without the extra
the same program ends with one sentence that says what to install.

`make extras` runs it with the pins of constraints.txt, `make bounds` with the lowest versions. It needs a
package registry.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from maintainer_support.extras import EXTRAS, FOR_THE_COMMAND, PROGRAMS, Environments, run_well, use, use_well
from maintainer_support.projects import REPOSITORY

NAME = "aftership-tracking-client"


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    folder = tmp_path_factory.mktemp("extras")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder / "dist")]
    run_well(*build, str(REPOSITORY))
    [wheel] = (folder / "dist").iterdir()
    return Environments(folder, str(wheel), lowest=os.environ.get("EXTRAS") == "lowest")


def test_every_extra_has_a_program_and_a_reason() -> None:
    assert {path.stem.removeprefix("uses_") for path in PROGRAMS.glob("uses_*.py")} == {*EXTRAS}
    page = (REPOSITORY / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", page, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"\w+", row)} == {*EXTRAS}


@pytest.mark.rehearsal
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_is_enough_for_what_it_is_for(
    environments: Environments, extra: str, tmp_path: Path
) -> None:
    use_well(environments.with_extra(extra), extra, tmp_path / "home")


@pytest.mark.rehearsal
@pytest.mark.parametrize("extra", EXTRAS)
def test_without_it_one_sentence_says_what_to_install(
    environments: Environments, extra: str, tmp_path: Path
) -> None:
    done = use(environments.without_extra(extra), extra, tmp_path / "home", "redis://127.0.0.1:6379/0")
    assert done.returncode != 0
    assert "done" not in done.stdout.splitlines()
    said = done.stderr.splitlines()[-1]
    assert re.search(rf"install .*['\"]{NAME}\[(?:\w+,)*{extra}(?:,\w+)*\]['\"]", said, re.IGNORECASE), (
        done.stderr
    )
    # A program of Python ends with a traceback; the command only says it.
    if extra in FOR_THE_COMMAND | {"cli"}:
        assert len(done.stderr.splitlines()) == 1
