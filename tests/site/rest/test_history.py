"""Since, gone, and earlier names agree with a comparison that knows only documents and overlays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from generator.document.yaml_reader import read
from generator.site.rest import Sources
from generator.site.rest.addresses import enum_page
from generator.site.rest.history_words import life_sentences
from generator.site.rest.reading.lives import Life, State
from generator.site.rest.reading.records import SENT
from rest_page_support import naive

SPEC = Path(__file__).resolve().parents[3] / "spec"

Names = Mapping[str, Sequence[str]]
"""By version: the names that something has there."""


@cache
def _every_rename() -> dict[str, dict[str, dict[str, str]]]:
    """By the schema or operation, and by version: old name to new name, as the overlays say it."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted((SPEC / "changes").glob("*.yaml")):
        for action in read(path).value["actions"]:
            for move in action.get("x-move", ()):
                if move["how"] == "rename":
                    for on in [move["on"]] if isinstance(move["on"], str) else move["on"]:
                        renames = found.setdefault(on, {}).setdefault(path.stem, {})
                        renames[_one(move["from"])] = _one(move["to"])
    return found


def _renames_of(*names: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in names:
        for version, renames in _every_rename().get(name, {}).items():
            found.setdefault(version, {}).update(renames)
    return found


def _one(value: Any) -> str:
    return str(value if isinstance(value, str) else value[0])


def _expected(
    names: Names, renames: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str, str, list[str]]]:
    """Version, name, since, gone in, earlier names: each name is followed to both sides, step by step."""
    versions = list(names)
    for index, version in enumerate(versions):
        for name in names[version]:
            current, since, earlier = name, version, []
            for older, newer in zip(
                reversed(versions[:index]), reversed(versions[1 : index + 1]), strict=True
            ):
                back = {new: old for old, new in renames.get(newer, {}).items()}
                current = back.get(current, current)
                if current not in names[older]:
                    break
                since = older
                earlier.append(current)
            current, gone = name, ""
            for newer in versions[index + 1 :]:
                current = renames.get(newer, {}).get(current, current)
                if current not in names[newer]:
                    gone = newer
                    break
            yield version, name, since, gone, sorted(set(earlier) - {name})


def _raw(sources: Sources) -> list[dict[str, Any]]:
    return [one.document.raw for one in sources.reference.versions]


def _found(rows: Any, name: str) -> list[tuple[str, str, str, str, list[str]]]:
    return [
        (one["version"], str(one[name]), one["since"], one["gone_in"], sorted(one["earlier_names"]))
        for one in rows
    ]


def test_the_life_of_every_field(sources: Sources, files: dict[str, bytes]) -> None:
    rows = json.loads(files["_downloads/fields.json"])
    models = {name for raw in _raw(sources) for name in naive.models(raw)}
    assert len(models) > 50
    for model in sorted(models):
        names = {raw["info"]["version"]: list(naive.models(raw).get(model, ())) for raw in _raw(sources)}
        own = [one for one in rows if one["model"] == model]
        assert sorted(_found(own, "field")) == sorted(_expected(names, _renames_of(model))), model


def test_the_life_of_every_value_of_an_enum(sources: Sources, files: dict[str, bytes]) -> None:
    rows = json.loads(files["_downloads/enum-values.json"])
    for enum in sorted({name for raw in _raw(sources) for name in naive.enums(raw)}):
        names = {raw["info"]["version"]: naive.enums(raw).get(enum, []) for raw in _raw(sources)}
        own = [one for one in rows if one["enum"] == enum]
        assert sorted(_found(own, "value")) == sorted(_expected(names, _renames_of(enum))), enum


def test_the_life_of_every_parameter(sources: Sources, files: dict[str, bytes]) -> None:
    rows = json.loads(files["_downloads/parameters.json"])
    every = {raw["info"]["version"]: {one[0]: one for one in naive.operations(raw)} for raw in _raw(sources)}
    for address in sorted({name for here in every.values() for name in here}):
        ids = [here[address][1]["operationId"] for here in every.values() if address in here]
        names = {
            version: [one["name"] for one in here[address][2]] if address in here else []
            for version, here in every.items()
        }
        own = [one for one in rows if one["operation"] == address]
        assert sorted(_found(own, "name")) == sorted(_expected(names, _renames_of(*ids))), address


def test_the_life_of_every_operation_and_code(sources: Sources, files: dict[str, bytes]) -> None:
    operations = json.loads(files["_downloads/operations.json"])
    for one in operations:
        one["address"] = f"{one['method']} {one['path']}"
    addresses = {raw["info"]["version"]: [one[0] for one in naive.operations(raw)] for raw in _raw(sources)}
    assert sorted(_found(operations, "address")) == sorted(_expected(addresses, {}))
    codes = {raw["info"]["version"]: list(raw["x-errors"]) for raw in _raw(sources)}
    errors = json.loads(files["_downloads/errors.json"])
    assert sorted(_found(errors, "code")) == sorted(_expected(codes, {}))


def test_a_renamed_field_says_so_before_and_after(sources: Sources) -> None:
    lives = {life.name: life for life in sources.reference.fields["Checkpoint"]}
    assert "Called `zip` before 2026-01." in list(life_sentences(lives["postal_code"], "2026-07"))
    assert "Called `postal_code` from 2026-01 on." in list(life_sentences(lives["postal_code"], "2024-01"))


def test_a_field_that_went_names_its_successor(sources: Sources) -> None:
    lives = {life.name: life for life in sources.reference.fields["Tracking"]}
    assert "Gone in 2025-01: see `customers[].email`." in list(life_sentences(lives["emails"], "2024-01"))
    assert "Takes over `customer_name`, `emails`, `smses` of before 2025-01." in list(
        life_sentences(lives["customers"], "2026-07")
    )


def test_a_changed_type_is_said_in_both_directions(sources: Sources) -> None:
    lives = {life.name: life for life in sources.reference.fields["Tracking"]}
    weight = lives["shipment_weight"]
    assert "Type `number` before 2024-07." in list(life_sentences(weight, "2026-07"))
    assert "Type `ShipmentWeight` from 2024-07 on." in list(life_sentences(weight, "2024-01"))


def test_what_is_said_of_keys_that_are_sent_follows_the_document() -> None:
    """A key that is only believed to be sent is not called one that always is."""
    said = {
        "observed": "Always sent",
        "documented": "Always sent",
        "inferred": "Probably sent",
        "sometimes": "Not always sent",
    }
    for value, words in said.items():
        older = State("name", {"sent": "other"})
        life = Life(
            versions=("2030-01", "2030-04"),
            states={"2030-01": older, "2030-04": State("name", {"sent": SENT[value]})},
            came_from={},
            went_to={},
        )
        assert list(life_sentences(life, "2030-04")) == [f"{words} since 2030-04."]


def test_entries_of_a_list_in_csv_are_separable(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".json") and "openapi" not in name:
            lists = [
                value for row in json.loads(content) for value in row.values() if isinstance(value, list)
            ]
            assert [entry for entries in lists for entry in entries if ";" in entry] == [], name


def test_a_step_of_an_enum_has_the_names_of_its_version(sources: Sources, pages: dict[str, str]) -> None:
    renamed = 0
    for name in sources.reference.values:
        page = pages[enum_page(name)]
        for version, new, old in re.findall(r"^- \*\*(\S+)\*\* `([^`]+)` was `([^`]+)`", page, re.MULTILINE):
            assert _renames_of(name)[version][old] == new
            renamed += 1
    assert renamed >= 10


def test_a_field_with_another_name_is_not_there_under_its_own(pages: dict[str, str]) -> None:
    page = pages["reference/rest/history/model-tracking.md"]
    (row,) = re.findall(r"^\| `origin_country_region` \|.*", page, re.MULTILINE)
    assert row.count("other name") == 4
    assert "its value moved to `order_promised_delivery_date.promised_delivery_date`" in page
    assert "form: a day, a time without a zone, a time with a zone → none" not in page


def test_rows_know_their_later_names(files: dict[str, bytes]) -> None:
    rows = json.loads(files["_downloads/fields.json"])
    (row,) = [
        one
        for one in rows
        if (one["model"], one["field"], one["version"]) == ("Checkpoint", "country_iso3", "2024-10")
    ]
    assert (row["later_names"], row["gone_in"]) == (["country_region"], "")
