"""openapi-typescript makes types, and a strict compiler checks the code of the page with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from export_support.exported import NEWEST, ROOT, VERSIONS, documents, text
from export_support.tools import NODE, output, run, succeed
from generator.export.documents import Target
from version_sample import sample

# The page has the code that everything here begins with.
PAGE = (ROOT / "docs" / "other-tools.md").read_text("utf-8")
(USE,) = re.findall(r"^```ts\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
# A line that is right, how it is made wrong, and the error.
WRONG = {
    "a known value": ('"InTransit"', '"Intransit"', "TS2820"),
    "a closed enum": ('= "LOST"', '= "STOLEN"', "TS2322"),
    "an argument": ("limit: 3", 'limit: "3"', "TS2322"),
    "a name": ("page.data", "page.date", "TS2339"),
    "an operation": (
        'operations["get-trackings"]["responses"]',
        'operations["get-trackers"]["responses"]',
        "TS2339",
    ),
}


def types(folder: Path, document: str) -> Path:
    folder.mkdir()
    (folder / "openapi.json").write_text(document, "utf-8")
    succeed(NODE / "openapi-typescript", "openapi.json", "--output", "types.d.ts", folder=folder)
    (folder / "use.ts").write_text(USE, "utf-8")
    return folder


def errors(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """The code of the first error of each file. The compiler is slow to start: it reads all at once."""
    done = run(NODE / "tsc", "--noEmit", "--strict", "--pretty", "false", *files, folder=folder)
    found = re.findall(r"^(\S+?)\(\d+,\d+\): error (TS\d+)", done.stdout, re.MULTILINE)
    assert bool(found) == bool(done.returncode), output(done)
    return dict(reversed(found))


def test_right_code_passes_and_wrong_code_does_not(tmp_path: Path) -> None:
    expected = {}
    for version in sample(VERSIONS):
        folder = types(tmp_path / version, text(version, Target.OPENAPI))
        for number, (right, wrong, code) in enumerate(WRONG.values()):
            assert USE.count(right) == 1, right
            (folder / f"wrong{number}.ts").write_text(USE.replace(right, wrong), "utf-8")
            expected[f"{version}/wrong{number}.ts"] = code
    # What is exported is there for a reason: to other tools, the open enums of our own document are strings.
    types(tmp_path / "own", json.dumps(documents()[NEWEST].raw))
    expected["own/use.ts"] = "TS2339"

    assert errors(tmp_path, sorted(tmp_path.glob("*/*.ts"))) == expected
