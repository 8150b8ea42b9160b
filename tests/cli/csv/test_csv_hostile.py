"""Files that nobody writes by accident: each is read or refused in a sentence, by every command."""

from __future__ import annotations

import json
import os
import random
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Sandbox

HEADER = b"tracking_number,courier,title\r\n"
FILES: dict[str, bytes] = {
    "nothing": b"",
    "line ends only": b"\r\n\r\n\n\r",
    "NUL": HEADER + b"A1,ups,\0\r\n",
    "only NUL": b"\0" * 5_000,
    "a cell of 4 MB": HEADER + b"A1,ups," + b"x" * 4_000_000 + b"\r\n",
    "a quoted cell of 4 MB": HEADER + b'A1,ups,"' + (b'"" x, y' * 20 + b"\n") * 25_000 + b'"\r\n',
    "a line of 6 MB": HEADER + b"A1,ups," + b"x" * 6_000_000 + b"\r\n",
    "100,000 columns": b",".join(b"c%d" % n for n in range(100_000)) + b"\r\n" + b"," * 99_999 + b"\r\n",
    "10,000 columns of one name": b"tracking_number" + b",x" * 10_000 + b"\r\nA1" + b"," * 10_000,
    "100,000 cells in a row": HEADER + b"A1" + b",x" * 100_000 + b"\r\n",
    "an open quote": HEADER + b'A1,ups,"' + b"x,y\r\n" * 20_000,
    "quotes only": b'"' * 4_001,
    "CR only": HEADER.replace(b"\r\n", b"\r") + b"A1,ups,x\r",
    "mixed line ends": b"tracking_number,courier\r\nA1,ups\nA2,ups\rA3,ups",
    "duplicate names": b"tracking_number,courier,courier,tracking_number\r\nA1,ups,ups,A1\r\n",
    "names without letters": b" ,\t,\r\nA1,ups,x\r\n",
    "control characters": HEADER + bytes(range(1, 9)) + b"\x1b]0;x\x07,\x1b[2J,\x7f\r\n",
    "half of UTF-16": b"\xff\xfet\0r\0a",
    "half of a pair in UTF-16": b"\xff\xfea\0\n\0\x00\xd8",
    "UTF-32": "tracking_number\r\nA1\r\n".encode("utf-32"),
    "half of UTF-8": HEADER + b"A1,ups,\xf0\x9f",
    "neither": HEADER + b"A1,ups,\x81\x8d\r\n",
    "random bytes": random.Random(1).randbytes(30_000),
    "formulas": HEADER + b'=1+1,"@SUM(1)",=cmd|x!A\r\n',
    "semicolons": HEADER.replace(b",", b";") + b"A1;ups;x\r\n",
}


SENT = {
    "a cell of 4 MB": 1,
    "a quoted cell of 4 MB": 1,
    "CR only": 1,
    "mixed line ends": 3,
    "control characters": 1,
    "formulas": 1,
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_gives_a_traceback(
    name: str, run: Run, call: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("given.csv").write_bytes(FILES[name])
    checked = run("csv", "check", "given.csv", "--json")
    assert checked.exit_code in (0, 1), checked.stderr
    findings = json.loads(checked.stdout)
    assert checked.exit_code == any(each["level"] == "error" for each in findings)
    assert all(each["line"] >= 1 and each["column"] >= 1 for each in findings)
    for command in (
        lambda: run("csv", "check", "given.csv"),
        lambda: run("csv", "orders", "given.csv"),
        lambda: run("csv", "import", "given.csv", "--dry-run"),
        lambda: call("csv", "import", "given.csv"),
    ):
        result = command()
        assert result.exit_code in (0, 1, 2), result.stderr
        assert "Traceback" not in result.stderr
        # Nothing of a file does anything to a terminal.
        assert "\x1b" not in result.stdout + result.stderr
        assert len(result.stdout) + len(result.stderr) < 20_000
    # What is refused is refused before the first call.
    sent = len(sandbox.mock.har()["log"]["entries"])
    assert sent == SENT.get(name, 0)


def test_a_pipe_is_read_like_a_file(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"tracking_number\r\nA1\r\n",))
    writer.start()
    result = run("csv", "check", pipe)
    writer.join()
    assert result.exit_code == 0, result.stderr
    assert "1 row" in result.stderr
