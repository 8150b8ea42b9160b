"""A made-up API version, rehearsed: one new file in a copy of the repository, and everything follows.

The overlay is the one that docs/new-version.md shows. It is one test: with tests on two cores, each would
prepare a copy of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.document.compose import versions
from maintainer_support.pages import blocks
from maintainer_support.projects import REPOSITORY, copy_of_this, run_in

OLD = versions(REPOSITORY / "spec")[-1]
NEW = f"{int(OLD[:4]) + 1}-01"
MODULE = f"v{NEW.replace('-', '_')}"
PAGE = REPOSITORY / "docs" / "new-version.md"


def prepared(folder: Path) -> Path:
    """The copy after `new`, the overlay of the page, and `regenerate`; no other file was edited."""
    root = copy_of_this(folder)
    run_in(root, "-m", "generator", "new", NEW)
    overlay = root / "spec" / "changes" / f"{NEW}.yaml"
    overlay.write_text("\n".join([overlay.read_text("utf-8"), *blocks(PAGE, "yaml")]), "utf-8")
    run_in(root, "-m", "generator", "regenerate")
    return root


def nothing_is_left_to_do_by_hand(root: Path) -> None:
    said = run_in(root, "-m", "generator", "regenerate", "--check").stdout
    assert said.rstrip().endswith("generated/, docs/migration/ and CHANGELOG.md are fresh")


def the_diff_lists_what_the_page_changed(root: Path) -> None:
    done = run_in(root, "-m", "generator", "diff", OLD, NEW, "--format", "json", code=2)
    changes = json.loads(done.stdout)["changes"]
    assert sorted((change["rule"], change["subject"], change["moved"]) for change in changes) == [
        ("operation-added", "couriers.list_holidays", ""),
        ("response-enum-value-added", "DeliveryType", ""),
        ("response-property-removed", "Tracking.on_time_difference", ""),
        ("response-property-renamed", "Tracking.signed_by", "recipient_name"),
        ("response-property-type-changed", "Tracking.shipment_package_count", "shipment_package_count.value"),
    ]


def changelog_and_guide_follow(root: Path) -> None:
    log = (root / "CHANGELOG.md").read_text("utf-8")
    assert log.index(f"### API {NEW}") < log.index(f"### API {OLD}")
    assert "- A parcel can go to a locker." in log
    guide = (root / "docs" / "migration" / f"{NEW}.md").read_text("utf-8")
    assert f"# Moving from {OLD} to {NEW}" in guide
    for line in ("tracking.signed_by", "tracking.recipient_name", "tracking.shipment_package_count.value"):
        assert f"\n{line}\n" in guide
    assert "`couriers.list_holidays` was added" in guide
    assert f"({NEW}.md)" in (root / "docs" / "migration" / "README.md").read_text("utf-8")


CLIENT = f"""
import datetime
import httpx
import aftership_tracking
from aftership_tracking import {MODULE}, v{OLD.replace("-", "_")} as before
from aftership_tracking.mock import Mock

assert aftership_tracking.AfterShip is {MODULE}.AfterShip, "the newest version is not the new one"
assert {MODULE}.API_VERSION == "{NEW}"
assert {MODULE}.DeliveryType.PARCEL_LOCKER == "parcel_locker"
fields = {MODULE}.Tracking.__annotations__
assert "recipient_name" in fields and "signed_by" not in fields and "on_time_difference" not in fields

mock = Mock()
transport = mock.transport()
with {MODULE}.AfterShip(api_key="k", http_client=httpx.Client(transport=transport)) as client:
    [holiday] = client.couriers.list_holidays(slug="usps")
    assert holiday.date.date == datetime.date(2027, 7, 5)
    made = client.trackings.create(tracking_number="ITOD-3-6436426452526", slug="testing-courier",
                                   delivery_type="parcel_locker")
    read = client.trackings.get(made.id)
    assert read.delivery_type is {MODULE}.DeliveryType.PARCEL_LOCKER
with before.AfterShip(api_key="k", http_client=httpx.Client(transport=transport)) as client:
    assert client.trackings.get(made.id).tracking_number == made.tracking_number
print("followed")
"""


def client_and_mock_follow(root: Path) -> None:
    assert run_in(root, "-W", "error", "-c", CLIENT).stdout == "followed\n"


def stored_data_moves_with_it(root: Path) -> None:
    code = f"""
from aftership_tracking import migrate
old = {{"id": "1", "signed_by": "A", "on_time_difference": 2, "shipment_package_count": 3}}
up = migrate(old, "{OLD}", "{NEW}")
print(up.value["recipient_name"], up.value["shipment_package_count"], len(up.lost))
"""
    assert run_in(root, "-c", code).stdout == "A {'value': 3} 1\n"


def the_contract_holds_for_it(root: Path) -> None:
    # The planted faults prove something about the tests, and nothing about a version.
    done = run_in(
        root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "-k", f"{NEW} and not planted",
        "tests/contract", CONTRACT_EXAMPLES="3",
    )  # fmt: skip
    assert " passed" in done.stdout
    assert " failed" not in done.stdout


@pytest.mark.rehearsal
def test_one_file_is_all_that_a_new_version_needs(tmp_path: Path) -> None:
    root = prepared(tmp_path / "copy")
    for follows in (
        nothing_is_left_to_do_by_hand,
        the_diff_lists_what_the_page_changed,
        changelog_and_guide_follow,
        client_and_mock_follow,
        stored_data_moves_with_it,
        the_contract_holds_for_it,
    ):
        follows(root)
