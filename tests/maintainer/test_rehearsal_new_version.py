"""A made-up API version, rehearsed: one new file in a copy of the repository, and everything follows.

The overlay holds every kind of change that docs/new-version.md shows, and further ones. The result is a
table: for each kind, whether client, mock, contract tests, diff and guide follow it. `make rehearsal` prints
it. It is one test: with tests on two cores, each would prepare a copy of its own.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.document.compose import compose, versions
from generator.scaffold import overlay_text
from maintainer_support.kind_probes import PROBES
from maintainer_support.kinds import COLUMNS, OPEN, WRITTEN_FOR, Kind, drop_later_versions
from maintainer_support.projects import REPOSITORY, copy_of_this, run_in
from maintainer_support.rehearsed_kinds import CLIENT, EXPECTED, rehearsed

EARLIER = tuple(version for version in versions(REPOSITORY / "spec") if version <= WRITTEN_FOR)
OLD = EARLIER[-1]
NEW = f"{int(OLD[:4]) + 1}-01"
PACKAGES = Path("generated") / "aftership_tracking"
Cells = dict[tuple[str, str], bool]
"""Whether a kind is followed, by kind and column."""


def package(version: str) -> str:
    return f"v{version.replace('-', '_')}"


def prepared(folder: Path) -> Path:
    """The copy after `new`, the overlay with every kind, and `regenerate`; no other file was edited."""
    root = copy_of_this(folder)
    drop_later_versions(root / "spec")
    run_in(root, "-m", "generator", "new", NEW)
    write_overlay(root, rehearsed())
    run_in(root, "-m", "generator", "regenerate")
    return root


def write_overlay(root: Path, chosen: Iterable[Kind]) -> None:
    """Append the groups of these kinds to what `new` writes."""
    head = overlay_text(NEW, compose(root / "spec", OLD))
    path = root / "spec" / "changes" / f"{NEW}.yaml"
    path.write_text("\n".join([head, *(kind.actions for kind in chosen)]), "utf-8")


# ---- The columns of the table ------------------------------------------------------------------------------


def client_follows(root: Path, version: str = NEW) -> Cells:
    """Whether the package of a version has what a caller sees of each kind."""
    found: Cells = {}
    for change, (module, pattern) in CLIENT.items():
        path = root / PACKAGES / package(version) / module
        # A resource that is new has a module that the version before does not have.
        source = path.read_text("utf-8") if path.is_file() else ""
        there = re.search(pattern.removeprefix("!"), source, re.MULTILINE) is not None
        found[change, "client"] = there is not pattern.startswith("!")
    return found


def mock_follows(root: Path, version: str = NEW) -> Cells:
    """Whether the mock does on the wire what each kind says."""
    script = REPOSITORY / "tests" / "support" / "maintainer_support" / "kind_probes.py"
    printed = run_in(root, "-W", "ignore", str(script), version).stdout
    return {(change, "mock"): held for change, held in json.loads(printed).items()}


def diff_follows(changes: Iterable[Mapping[str, Any]]) -> Cells:
    """Whether the diff lists all of each kind."""
    said = {f"{change['rule']} {change['subject']}" for change in changes}
    return {(change, "diff"): said.issuperset(expected) for change, expected in EXPECTED.items()}


def guide_follows(guide: str) -> Cells:
    """Whether the guide names what each kind is about: the last name of each subject of the diff."""
    body = guide.partition("\n## ")[2]
    return {
        (change, "guide"): all(one.rpartition(" ")[2].rpartition(".")[2] in body for one in expected)
        for change, expected in EXPECTED.items()
    }


def table(cells: Cells) -> str:
    """The table for people: a kind in each row, `-` where a column has nothing to follow."""
    rows = [f"{'kind':<22}" + "".join(f"{column:<8}" for column in COLUMNS)]
    for change in EXPECTED:
        row = f"{change:<22}"
        for column in COLUMNS:
            held = cells.get((change, column))
            word = "-" if held is None else "yes" if held else "NO"
            row += f"{'open' if (change, column) in OPEN else word:<8}"
        rows.append(row.rstrip())
    rows += ["", *(f"open: {change}, {column}: {why}" for (change, column), why in OPEN.items())]
    return "\n".join(rows)


def wrong_cells(cells: Cells) -> list[str]:
    """What is not followed although it is not open, and what is open although it is followed."""
    lost = [cell for cell, held in cells.items() if not held and cell not in OPEN]
    closed = [cell for cell in OPEN if cells.get(cell)]
    return [
        *(f"{change}: {column} does not follow" for change, column in lost),
        *(f"{change}: {column} follows now, take it out of OPEN" for change, column in closed),
    ]


# ---- What else follows -------------------------------------------------------------------------------------


def nothing_is_left_to_do_by_hand(root: Path) -> None:
    said = run_in(root, "-m", "generator", "regenerate", "--check").stdout
    assert said.rstrip().endswith(
        "generated/, docs/migration/, CHANGELOG.md, docs/mock-fidelity.md, docs/webhook-changes.md and "
        "skills/aftership-tracking/SKILL.md are fresh"
    )


def earlier_versions_are_the_same_bytes(root: Path) -> None:
    for version in EARLIER:
        before, after = (
            {
                path.relative_to(folder): path.read_bytes()
                for path in folder.rglob("*")
                if path.suffix in (".py", ".json", ".pyi")
            }
            for folder in (one / PACKAGES / package(version) for one in (REPOSITORY, root))
        )
        assert before
        assert before.keys() == after.keys()
        assert [name for name, content in before.items() if after[name] != content] == []


def changelog_and_index_follow(root: Path) -> None:
    log = (root / "CHANGELOG.md").read_text("utf-8")
    entry = log.partition(f"### API {NEW}")[2].partition(f"### API {OLD}")[0]
    for kind in rehearsed():
        assert f"- {re.findall(r'^    description: (.+)$', kind.actions, re.MULTILINE)[0]}\n" in entry
    assert f"({NEW}.md)" in (root / "docs" / "migration" / "README.md").read_text("utf-8")


CLIENT_CODE = f"""
import datetime
import httpx
import aftership_tracking
from aftership_tracking import {package(NEW)}, {package(OLD)} as before
from aftership_tracking.mock import Mock

assert aftership_tracking.AfterShip is {package(NEW)}.AfterShip, "the newest version is not the new one"
assert {package(NEW)}.API_VERSION == "{NEW}"

mock = Mock()
transport = mock.transport()
with {package(NEW)}.AfterShip(api_key="k", http_client=httpx.Client(transport=transport)) as client:
    [holiday] = client.couriers.list_holidays(slug="usps")
    assert holiday.date.date == datetime.date(2027, 7, 5)
    parcel = {{"tracking_number": "ITOD-3-6436426452526", "slug": "testing-courier", "shop_id": 17}}
    try:
        client.trackings.create(**parcel, delivery_type="parcel_locker")
    except aftership_tracking.ValidationError as error:
        assert "delivery_type" in str(error)
    else:
        raise AssertionError("a value that only responses have was taken")
    made = client.trackings.create(**parcel, delivery_type="door_to_door")
    read = client.trackings.get(made.id)
    assert read.delivery_type is {package(NEW)}.DeliveryType.DOOR_TO_DOOR
with before.AfterShip(api_key="k", http_client=httpx.Client(transport=transport)) as client:
    assert client.trackings.get(made.id).tracking_number == made.tracking_number
print("followed")
"""


def one_account_serves_both_versions(root: Path) -> None:
    # parcel_locker is known, and not among the values of a request: the client warns, the mock refuses.
    said = run_in(root, "-W", "error", "-W", "ignore:.*parcel_locker", "-c", CLIENT_CODE).stdout
    assert said == "followed\n"


def stored_data_moves_with_it(root: Path) -> None:
    code = f"""
from aftership_tracking import migrate
old = {{"id": "1", "signed_by": "A", "on_time_difference": 2, "shipment_package_count": 3, "source": "web",
       "pickup_location": "Gate 4", "pickup_note": None}}
up = migrate(old, "{OLD}", "{NEW}")
print(up.value["recipient_name"], up.value["shipment_package_count"], up.value["source"], up.value["pickup"],
      len(up.lost))
"""
    said = run_in(root, "-c", code).stdout
    assert said == "A {'value': 3} console {'location': 'Gate 4', 'note': None} 1\n"


def every_event_is_taken(root: Path) -> None:
    script = REPOSITORY / "tests" / "support" / "maintainer_support" / "event_probe.py"
    assert json.loads(run_in(root, "-W", "ignore", str(script), NEW).stdout) == []


def contract_follows(root: Path) -> Cells:
    """The contract tests of the version, for every kind that mock and tests follow."""
    left_out = {change for change, column in OPEN if column in ("mock", "tests")}
    chosen = [kind for kind in rehearsed() if kind.change not in left_out]
    if left_out:
        write_overlay(root, chosen)
        run_in(root, "-m", "generator", "regenerate")
    # The planted faults prove something about the tests, and nothing about a version.
    done = run_in(
        root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "-k", f"{NEW} and not planted",
        "tests/contract", CONTRACT_EXAMPLES="3",
    )  # fmt: skip
    held = " passed" in done.stdout and " failed" not in done.stdout
    return {(kind.change, "tests"): held for kind in chosen}


@pytest.mark.rehearsal
def test_one_file_is_all_that_a_new_version_needs(tmp_path: Path) -> None:
    root = prepared(tmp_path / "copy")
    for follows in (
        nothing_is_left_to_do_by_hand,
        earlier_versions_are_the_same_bytes,
        changelog_and_index_follow,
        one_account_serves_both_versions,
        stored_data_moves_with_it,
        every_event_is_taken,
    ):
        follows(root)
    printed = run_in(root, "-m", "generator", "diff", OLD, NEW, "--format", "json", code=2).stdout
    guide = (root / "docs" / "migration" / f"{NEW}.md").read_text("utf-8")
    cells = client_follows(root) | mock_follows(root)
    cells |= diff_follows(json.loads(printed)["changes"]) | guide_follows(guide)
    # What holds for the version before, or for nothing, would prove nothing.
    before = client_follows(root, OLD) | mock_follows(root, OLD) | diff_follows([]) | guide_follows("")
    assert [cell for cell, held in before.items() if held] == []
    cells |= contract_follows(root)
    sys.stdout.write(f"\n{table(cells)}\n")
    assert wrong_cells(cells) == []


# ---- The table itself --------------------------------------------------------------------------------------


def test_the_table_is_complete() -> None:
    assert [kind.change for kind in rehearsed()] == list(EXPECTED)
    assert {change for change, _ in OPEN} | set(CLIENT) | set(PROBES) <= set(EXPECTED)
    whole = {(change, column): True for change in EXPECTED for column in COLUMNS}
    assert all(change in table(whole) for change in EXPECTED)


@pytest.mark.parametrize("column", ["diff", "guide"])
@pytest.mark.parametrize("change", EXPECTED)
def test_an_omission_in_one_kind_is_red(change: str, column: str) -> None:
    listed = [
        dict(zip(("rule", "subject"), one.split(" "), strict=True))
        for expected in EXPECTED.values()
        for one in expected
    ]
    assert wrong_cells(diff_follows(listed)) == []
    omitted = EXPECTED[change][0]
    if column == "diff":
        cells = diff_follows(one for one in listed if f"{one['rule']} {one['subject']}" != omitted)
    else:
        name = omitted.rpartition(" ")[2].rpartition(".")[2]
        names = {one["subject"].rpartition(".")[2] for one in listed}
        cells = guide_follows("\n## Trackings\n" + "\n".join(one for one in names if name not in one))
    assert f"{change}: {column} does not follow" in wrong_cells(cells)


@pytest.mark.parametrize(("change", "column"), [("parcel-lockers", "client"), ("no-batch", "mock")])
def test_what_is_not_followed_is_red_unless_it_is_open(change: str, column: str) -> None:
    assert wrong_cells({(change, column): False}) == [f"{change}: {column} does not follow"]
    assert wrong_cells({(change, column): True}) == []


def test_what_is_open_and_followed_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    change, column = "no-batch", "mock"
    monkeypatch.setitem(OPEN, (change, column), "made up")
    assert wrong_cells({(change, column): False}) == []
    assert wrong_cells({(change, column): True}) == [f"{change}: {column} follows now, take it out of OPEN"]
