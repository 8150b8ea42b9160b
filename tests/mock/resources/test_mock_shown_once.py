"""What was shaped and checked once is shown again while it is still right; it is cheap, and never changed."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock.documents.checked import (
    CheckedObject,
    checked_list,
    fill,
    leave_out_checked,
    with_written,
)
from aftership_tracking.mock.documents.remembered import Remembered
from aftership_tracking.mock.documents.validation import Validators
from aftership_tracking.mock.parcels.tracking import Rendering
from aftership_tracking.mock.wire.json_body import read_json, write_json
from step_count import steps_of

ROOT = Path(__file__).resolve().parents[3]
VERSIONS = documents.versions()
NUMBERS = ("ITOD-600-1", "ITEDD010-45-2", "PARCEL0001", "RTS-1-4", "ITE010D-3000-3")


@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_it_is_what_a_fresh_one_would_be_at_any_time(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    chance = random.Random(7)
    slugs = {"PARCEL0001": "usps"}
    ids = [
        world.create(number, slugs.get(number, "testing-courier"), title=number)["id"] for number in NUMBERS
    ]
    api = world.mock._served.load(version)[0]
    account = world.mock._store.account("test-key")
    for step in range(150):
        world.clock.advance(minutes=chance.choice((1, 17, 300, 2000)))
        if step % 30 == 10:
            world.update(chance.choice(ids), note=f"step {step}")
        if step == 70:
            world.data("POST", f"/trackings/{ids[2]}/mark-as-completed", json={"reason": "LOST"})
        shown = {each["id"]: each for each in world.list_trackings()}
        for identifier, tracking in shown.items():
            rendering = Rendering(account.by_id(identifier), world.clock.now().replace(microsecond=0), 1)
            fresh = api.checked("Tracking", rendering.tracking(api))
            assert tracking == read_json(write_json(fresh)), (step, identifier)
        assert len(shown) == len(ids)


@pytest.mark.parametrize("version", VERSIONS)
def test_twenty_trackings_are_checked_once(
    new_world: Any, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(version=version)
    for index in range(20):
        world.create(f"PARCEL{index:04d}")
    first = world.data("GET", "/trackings")
    checked: list[int] = []
    original = Validators.fits

    def fits(self: Validators, pointer: str, value: Any) -> bool:
        if "responses" in pointer or "Response" in pointer or pointer.endswith("/Tracking"):
            checked.append(len(value.get("data", {}).get("trackings", "x")))
        return original(self, pointer, value)

    monkeypatch.setattr(Validators, "fits", fits)
    assert world.data("GET", "/trackings") == first
    assert sum(checked) <= 1, checked


def test_a_checked_object_cannot_be_changed_and_its_copies_can() -> None:
    checked = CheckedObject("/a", {"tag": "Pending", "list": [{"x": 1}]})
    for change in (
        lambda: checked.__setitem__("tag", "x"),
        lambda: checked.pop("tag"),
        lambda: checked.update(tag="x"),
        lambda: checked.setdefault("new", 1),
        lambda: checked.__delitem__("tag"),
        checked.clear,
    ):
        with pytest.raises(TypeError, match="shared"):
            change()
    for plain in (copy.deepcopy(checked), copy.copy(checked), checked.copy(), dict(checked)):
        plain["tag"] = "x"
    copy.deepcopy(checked)["list"][0]["x"] = 2
    assert checked == {"tag": "Pending", "list": [{"x": 1}]}
    assert write_json(with_written({"data": {"all": [checked, {"y": 1}]}}, [])) == write_json(
        {"data": {"all": [dict(checked), {"y": 1}]}}
    )


def test_only_checked_objects_of_the_same_schema_are_left_out() -> None:
    checked, other = CheckedObject("/a", {"x": 1}), CheckedObject("/b", {"x": 1})
    for items, left in (
        ([checked] * 3, 1),
        ([checked, other], 2),
        ([checked, {"x": 1}], 2),
        ([checked], 1),
        ([], 0),
    ):
        found = leave_out_checked({"meta": {}, "data": {"all": items}}, ("data", "all"), "/a")
        assert len(found["data"]["all"]) == left
    for odd in (None, {}, {"data": None}, {"data": {"all": "x"}}):
        assert leave_out_checked(odd, ("data", "all"), "/a") == odd


def test_what_is_remembered_is_bounded_and_belongs_to_its_owner() -> None:
    memory: Remembered[int] = Remembered(capacity=2)
    owners = [[1], [2], [3]]
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [memory.get(owners[0], fact, make) for fact in ("a", "a", "b", "b")] == [0, 0, 1, 1]
    for owner in owners:
        memory.get(owner, "b", make)
    assert len(made) == 4
    memory.get(owners[0], "b", make)
    assert len(made) == 5


def test_what_is_remembered_is_found_while_its_parts_are_the_same() -> None:
    memory: Remembered[str] = Remembered(capacity=2)
    owner, other, parts = [1], [2], (object(), object())
    noon = datetime(2024, 2, 6, 12, tzinfo=UTC)
    later = noon + timedelta(minutes=15)
    assert memory.find(owner, parts, noon) is None
    made = memory.get(owner, "fact", lambda: "made")
    assert memory.find(owner, parts, noon) is None
    memory.hold(owner, made, parts, noon, later)
    assert memory.find(owner, parts, noon) == "made"
    assert memory.find(owner, parts, later - timedelta(seconds=1)) == "made"
    for which, given, now in (
        (owner, parts, later),
        (owner, parts, noon - timedelta(seconds=1)),
        (owner, (object(), parts[1]), noon),
        (other, parts, noon),
    ):
        assert memory.find(which, given, now) is None
    # What was made meanwhile of other facts is not what was said to hold.
    again = memory.get(owner, "another fact", lambda: "made again")
    memory.hold(owner, made, parts, noon, later)
    assert memory.find(owner, parts, noon) is None
    memory.hold(owner, again, parts, noon, later)
    assert memory.find(owner, parts, noon) == "made again"
    for one in ([3], [4]):
        memory.get(one, "fact", lambda: "made")
    assert memory.find(owner, parts, noon) is None
    assert memory.until(owner) is None
    memory.put(owner, "put", parts, noon, later)
    assert memory.until(owner) == later
    assert memory.find(owner, parts, noon) == "put"
    assert memory.find(owner, parts, later) is memory.find(owner, (parts[0], object()), noon) is None


def test_a_tracking_that_did_not_change_costs_few_steps(world: Any) -> None:
    newest = world.in_version("2026-07")

    def steps() -> int:
        # What is compiled or collected once is not meant.
        newest.data("GET", "/trackings")
        newest.data("GET", "/trackings")
        return steps_of(lambda: newest.data("GET", "/trackings"))

    empty = steps()
    for index in range(20):
        newest.create(f"ITOD-600-{index}", "testing-courier")
    # The page as a whole is what it was.
    assert steps() - empty < 200


def test_a_page_that_did_not_change_is_the_same_bytes(world: Any) -> None:
    newest = world.in_version("2026-07")
    identifier = newest.create()["id"]
    first, again = (newest.call("GET", "/trackings").body for _ in range(2))
    assert again is first
    newest.update(identifier, title="another")
    changed = newest.call("GET", "/trackings").body
    assert changed != first
    assert json.loads(changed)["data"]["trackings"] == [newest.get(identifier)]


def test_a_request_is_read_and_recorded_once(world: Any) -> None:
    newest = world.in_version("2026-07")
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            calls[f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"] += 1

    def list_and_count(query: str) -> None:
        calls.clear()
        sys.setprofile(count)
        try:
            newest.call("GET", f"/trackings?{query}")
        finally:
            sys.setprofile(None)

    # What is compiled once is not meant.
    newest.call("GET", "/trackings?limit=20&slug=usps")
    for query, readings in (("limit=21&slug=usps", 1), ("limit=21&slug=usps", 0)):
        list_and_count(query)
        assert (calls["parameters.read_query"], calls["journal.append"]) == (readings, 1)
        # Neither the request nor its record is copied.
        assert calls["dataclasses.replace"] == 0


@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_a_page_changes_with_each_of_its_trackings(new_world: Any, version: str) -> None:
    """However one changes: by a call, by the control API, by itself."""
    world = new_world(version=version)
    mock = world.mock
    ids = [world.create(number, "testing-courier")["id"] for number in NUMBERS]
    snapshot = mock.snapshot()

    def page() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = world.list_trackings("limit=3")
        single = [world.get(each["id"]) for each in found]
        # The list of an older version has fields that a single tracking has not.
        pairs = zip(found, single, strict=True)
        assert all(one[name] == each[name] for each, one in pairs for name in each.keys() & one.keys())
        return found

    newest = ids[-1]
    first = page()
    changes: list[Any] = [
        lambda: world.update(newest, title="another title"),
        lambda: mock.advance_parcel(ids[-2], "30d"),
        lambda: mock.put(newest, tag="InTransit"),
        lambda: world.clock.advance(days=1),
        lambda: mock.put(newest, tag="Delivered"),
        lambda: mock.follow(newest),
        lambda: world.data("POST", f"/trackings/{ids[-2]}/mark-as-completed", json={"reason": "LOST"}),
        lambda: mock.seed(count=1, template={"title": "of a seed"}, key=world.key),
        lambda: world.call("DELETE", f"/trackings/{newest}"),
        lambda: world.create("PARCEL0002"),
    ]
    for number, change in enumerate(changes):
        before = page()
        assert page() == before
        change()
        assert page() != before, number
    mock.restore(snapshot)
    assert {each["id"] for each in page()} == {each["id"] for each in first}
    mock.reset()
    assert page() == []


def test_a_change_that_fails_leaves_the_page_as_it_was(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = world.in_version("2026-07")
    identifier = newest.create()["id"]
    before = newest.list_trackings()

    def fail(*_: Any) -> Any:
        raise RuntimeError

    # The last step of an update: the parcel has changed already.
    with monkeypatch.context() as patch:
        patch.setattr(Rendering, "shown", fail)
        assert newest.call("PUT", f"/trackings/{identifier}", json={"title": "another"}).status == 500
    assert newest.list_trackings() == before
    assert newest.get(identifier) == before[0]


def test_a_checked_list_cannot_be_changed_and_its_copies_can() -> None:
    checked = checked_list([CheckedObject("/a", {"x": 1}), CheckedObject("/a", {"x": 2})])
    assert checked is not None
    for change in (
        lambda: checked.append(checked[0]),
        lambda: checked.__setitem__(0, checked[1]),
        lambda: checked.__delitem__(0),
        lambda: checked.__iadd__(checked),
        checked.clear,
        checked.sort,
    ):
        with pytest.raises(TypeError, match="shared"):
            change()
    copied = copy.deepcopy(checked)
    copied[0]["x"] = 3
    for plain in (copied, copy.copy(checked), checked.copy(), checked[:1]):
        plain.append({})
    assert checked == [{"x": 1}, {"x": 2}]
    lists: list[Any] = []
    frame = write_json(with_written({"null": "\0", "data": {"all": checked}}, lists))
    whole = fill(frame, lists)
    assert json.loads(whole) == {"null": "\0", "data": {"all": checked}}
    assert fill(frame, lists) is whole
    assert fill(b"\0", lists) == b'[{"x":1},{"x":2}]'
    lists.clear()
    both = {"all": checked, "more": {"none": [], "some": checked_list([CheckedObject("/b", {"y": 1})])}}
    assert json.loads(fill(write_json(with_written(both, lists)), lists)) == both
    assert leave_out_checked({"all": checked}, ("all",), "/a") == {"all": [{"x": 1}]}
    assert leave_out_checked({"all": checked}, ("all",), "/b") == {"all": checked}
    for items in ([], [{"x": 1}], [checked[0], {"x": 1}], [checked[0], CheckedObject("/b", {})]):
        assert checked_list(items) is None


def test_a_page_costs_the_same_wherever_it_is(world: Any) -> None:
    """Nothing is sorted or looked at for the parcels of other pages."""
    newest = world.in_version("2026-07")
    for index in range(150):
        newest.create(f"PARCEL{index:04d}")

    def pages() -> list[int]:
        steps, cursor = [], ""
        while True:
            path, found = f"/trackings?limit=10&cursor={cursor}", []
            steps.append(steps_of(lambda path=path, found=found: found.append(newest.data("GET", path))))
            cursor = found[0]["pagination"]["next_cursor"]
            if not cursor:
                return steps

    pages()
    steps = pages()
    assert len(steps) == 15
    assert max(steps[1:]) < 1.3 * min(steps[1:]), steps
    # And the same with three times as many parcels.
    for index in range(150, 450):
        newest.create(f"PARCEL{index:04d}")
    pages()
    assert max(pages()[2:]) < 1.3 * max(steps[1:])


def test_retention_drops_many_parcels_in_steps_that_grow_in_line(new_world: Any) -> None:
    def steps(count: int) -> int:
        world = new_world()
        for index in range(count):
            world.create(f"PARCEL{index:04d}")
        world.clock.advance(days=130)
        return steps_of(lambda: world.list_trackings())

    few, many = steps(50), steps(200)
    assert many < 5 * few


def test_the_deep_test_of_a_long_list_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """It was broken for a while, and nobody noticed: `make deep` is rarely run."""
    spec = importlib.util.spec_from_file_location("mock_100k", ROOT / "tests" / "deep" / "mock_100k.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.main(2000) == 0
    assert "2000 listed" in capsys.readouterr().out
