"""No body keeps the mock busy: the work grows in line with the size of a body, and every loop ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock.documents.pointers import resolve
from aftership_tracking.mock.documents.validation import Validators
from step_count import steps_of

LENIENT = tuple(version for version in documents.versions() if version < "2024-10")
FIELDS = {"tracking_number": "PARCEL0001", "slug": "usps"}
# Keys that the validator writes as the number 1, as another number, or not at all.
NUMBER_LIKE = ["1", "01", "+1", "0", "18446744073709551615", "18446744073709551616", "", "1/2", "~1", "-1"]


def count_validator_runs(monkeypatch: pytest.MonkeyPatch, most: int) -> list[str]:
    """Note every run of a validator, and refuse more than `most`: a loop without an end fails, not hangs."""
    runs: list[str] = []
    for name in ("fits", "findings"):
        original = getattr(Validators, name)

        def counted(self: Any, pointer: str, value: Any, original: Any = original) -> Any:
            runs.append(pointer)
            assert len(runs) <= most, "the mock goes on validating"
            return original(self, pointer, value)

        monkeypatch.setattr(Validators, name, counted)
    return runs


@pytest.mark.parametrize("version", LENIENT)
@pytest.mark.parametrize("key", NUMBER_LIKE)
def test_a_mistyped_value_at_a_key_like_a_number_is_ignored(
    new_world: Any, version: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(version=version)
    count_validator_runs(monkeypatch, 40)
    fields = {**FIELDS, "custom_fields": {key: 1, "size": "red", "1x": "good"}}
    good = {"size": "red", "1x": "good"}
    created = world.data("POST", "/trackings", json=world.body(fields))
    created = created.get("tracking", created)
    assert created["custom_fields"] == good
    changed = {"custom_fields": {key: [], "01": "good", "1": "good"} | {key: {}}}
    updated = world.update(created["id"], **changed)
    assert updated["custom_fields"] == {name: "good" for name in ("01", "1") if name != key}


def test_lists_in_lists_lose_only_their_mistyped_items(world: Any) -> None:
    tracking = world.create(emails=["a@example.com", 1, "b@example.com", None, 2.5])
    assert tracking["emails"] == ["a@example.com", "b@example.com"]


def many_custom_fields(count: int) -> dict[str, Any]:
    return {"custom_fields": {f"key{index}": index for index in range(count)}}


def many_emails(count: int) -> dict[str, Any]:
    return {"emails": list(range(count))}


def many_good_and_bad_emails(count: int) -> dict[str, Any]:
    return {"emails": [index if index % 2 else f"{index}@example.com" for index in range(count)]}


def many_numbered_fields(count: int) -> dict[str, Any]:
    return {"custom_fields": {f"0{index}": index for index in range(count)}}


@pytest.mark.parametrize(
    "fields", [many_custom_fields, many_emails, many_good_and_bad_emails, many_numbered_fields]
)
@pytest.mark.parametrize("version", [LENIENT[0], documents.versions()[-1]])
def test_work_grows_in_line_with_the_body(
    new_world: Any, version: str, fields: Callable[[int], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(version=version)
    world.create("PARCEL0000")  # everything is compiled
    count = {100: 0, 400: 0}

    def send(number: str, size: int) -> Callable[[], Any]:
        body = world.body({**FIELDS, "tracking_number": number, **fields(size)})
        return lambda: world.call("POST", "/trackings", json=body)

    send("PARCEL0009", 2)()  # hints about other versions load them
    runs = count_validator_runs(monkeypatch, 40)
    for size in count:
        runs.clear()
        count[size] = steps_of(send(f"PARCEL{size}", size))
    # Four times the body: at most five times the steps, where a square would be sixteen.
    assert count[400] <= 5 * count[100], count


def test_references_in_a_circle_are_refused() -> None:
    document = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}, "c": {"$ref": "#/c"}}
    for pointer in ("/a", "/c"):
        with pytest.raises(LookupError, match="circle"):
            resolve(document, pointer)
