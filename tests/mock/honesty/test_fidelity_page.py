"""docs/mock-fidelity.md speaks of what the code does: of each hint and each assumed code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aftership_tracking import documents
from aftership_tracking.mock.refusal import ASSUMED_CODES
from generator.document.compose import compose_each
from generator.errors import SpecError
from generator.output.mock_fidelity import BEHAVIOURS, render_mock_fidelity

ROOT = Path(__file__).resolve().parents[3]
CODE = ROOT / "overrides" / "aftership_tracking" / "mock"
PAGE = (ROOT / "docs" / "mock-fidelity.md").read_text("utf-8")
# Ids made from the keyword of a rule, such as `body-maxlength`, stand for all documented limits.
_ID = re.compile(r'(?:\bid=|^OTHER_VERSION = )"([a-z-]+)"', re.MULTILINE)


def ids_in_code() -> set[str]:
    files = [*(CODE / "hints").glob("*.py"), *(CODE / "pipeline").glob("*.py")]
    return {found for path in files for found in _ID.findall(path.read_text("utf-8"))}


def behaviours() -> str:
    return PAGE.partition("## Endpoints")[0]


def test_every_hint_is_on_the_page_and_no_other() -> None:
    found = ids_in_code()
    assert len(found) > 20
    cells = [line.split("|")[4] for line in behaviours().splitlines() if line.count("|") == 5]
    assert set(re.findall(r"`([a-z-]+)`", " ".join(cells))) == found


def test_every_assumed_code_is_on_the_page() -> None:
    named = {
        name: line for line in behaviours().splitlines() for name in re.findall(r"setting `([a-z-]+)`", line)
    }
    assert named.keys() == ASSUMED_CODES.keys()
    for name, code in ASSUMED_CODES.items():
        assert str(code) in named[name]


def test_limits_have_the_versions_that_refuse_them() -> None:
    limits = PAGE.partition("## Limits of requests")[2]
    lines = [line for line in limits.splitlines() if line.startswith("| body `title` |")]
    newest = documents.versions()[-1]
    refusing = "2026-07" if newest == "2026-07" else f"2026-07 to {newest}"
    assert lines == [
        f"| body `title` | `minLength` `1` | {refusing} | 2024-01 to 2026-01 | `POST /trackings` |",
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "- {area: a, behaviour: b}",
        "- {area: a, behaviour: b, mark: guessed}",
        "- {area: a, behaviour: b, mark: sdk, since: c}",
    ],
)
def test_an_incomplete_behaviour_is_refused(entry: str, tmp_path: Path) -> None:
    (tmp_path / BEHAVIOURS).write_text(entry, "utf-8")
    with pytest.raises(SpecError, match="Entry 1 needs area, behaviour and a mark"):
        render_mock_fidelity(tmp_path, ())


def test_the_page_follows_the_documents(tmp_path: Path) -> None:
    (tmp_path / BEHAVIOURS).write_text("- {area: a, behaviour: b, mark: sdk}", "utf-8")
    (document,) = compose_each(ROOT / "spec", ["2024-01"])
    before = render_mock_fidelity(tmp_path, [document])
    schema = document.raw["components"]["schemas"]["TrackingCreate"]["properties"]["title"]
    schema["x-constraints"]["minLength"] = "documented"
    after = render_mock_fidelity(tmp_path, [document])
    assert "| body `title` | `minLength` `1` |  | all | `POST /trackings` |" in before
    assert "| body `title` | `minLength` `1` | all |  | `POST /trackings` |" in after
