"""`mypy --strict` on generated code, and on calls that it must accept or refuse."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from generator_support.constructs import every_construct
from generator_support.documents import GOLDEN
from generator_support.installed import generate

REPOSITORY = Path(__file__).resolve().parents[2]
CALLS = GOLDEN / "parcels" / "typed_calls.py"
OUTPUT = GOLDEN / "parcels" / "generated"


def test_checker_accepts_and_refuses_as_marked(tmp_path: Path) -> None:
    expected = {
        (number, found[1])
        for number, line in enumerate(CALLS.read_text("utf-8").splitlines(), 1)
        if (found := re.search(r"# E: ([\w-]+)$", line))
    }

    found = _mypy(tmp_path, CALLS, OUTPUT)

    assert {(line, code) for file, line, code in found if file == CALLS} == expected
    assert [one for one in found if one[0] != CALLS] == []


def _mypy(cache: Path, *paths: Path, generated: Path = OUTPUT) -> list[tuple[Path, int, str]]:
    """Every error as file, line and code."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}"),
            *("--explicit-package-bases", "--namespace-packages", "--show-absolute-path"),
            *map(str, paths),
        ],
        cwd=REPOSITORY,
        env={"MYPYPATH": f"{REPOSITORY / 'overrides'}:{generated}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    errors = re.findall(r"^(.+?):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert len(errors) == done.stdout.count(": error: "), done.stdout
    return [(Path(file), int(line), code) for file, line, code in errors]


def test_checker_accepts_every_construct(tmp_path: Path) -> None:
    """What the golden case does not hold; `constructs` calls it."""
    files = generate(every_construct())
    for name, content in files.items():
        path = tmp_path / "generated" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    calls = tmp_path / "calls.py"
    calls.write_text(CONSTRUCT_CALLS, "utf-8")

    found = _mypy(tmp_path / "cache", calls, tmp_path / "generated", generated=tmp_path / "generated")

    refused = {
        (number, code[1])
        for number, line in enumerate(CONSTRUCT_CALLS.splitlines(), 1)
        if (code := re.search(r"# E: ([\w-]+)$", line))
    }
    assert {(line, code) for file, line, code in found if file == calls} == refused
    assert [one for one in found if one[0] != calls] == []


CONSTRUCT_CALLS = """
from typing import assert_type
import datetime as dt
from aftership_tracking.v2024_01 import AfterShip, Door, Labelled, Locker, Stop

def use(client: AfterShip) -> None:
    things = client.things
    things.on(dt.date(2027, 1, 2))
    things.on(5)  # E: arg-type
    things.flag(True)
    things.many([1, 2])
    things.many(["a"])  # E: list-item
    things.find(area={"town": "Oslo"})
    things.find(area=Stop(town="Oslo"))
    assert_type(things.stops(), list[Stop])
    assert_type(things.pdf(), bytes)
    assert_type(things.either(body={"kind": "locker"}), Locker | Door)
    assert_type(things.labelled(name="n", extra={"a": 1}).extra, dict[str, int])
    things.labelled(name="n", extra={"a": "b"})  # E: dict-item
    Labelled(name="n", extra={"a": 1})
    things.upload(proof=b"x")
    things.upload(proof=("a.pdf", b"x"))
    things.upload(proof="x")  # E: arg-type
"""
