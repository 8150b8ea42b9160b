"""docs/webhook-changes.md says for every step what came, went and changed in webhooks."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from generator.diff import diff
from generator.document.compose import compose_each, versions
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read
from generator.output.guides import VersionStep
from generator.output.webhook_changes import render_webhook_changes
from generator.regenerate import WEBHOOKS

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / WEBHOOKS).read_text("utf-8")
PARCELS = read(Path(__file__).parent / "parcels.yaml").value
DOCUMENTS = compose_each(REPOSITORY / "spec", versions(REPOSITORY / "spec"))
Edit = Callable[[Any], None]


def section(page: str, old: str, new: str) -> str:
    return page.partition(f"\n## {old} to {new}\n")[2].partition("\n## ")[0]


# ---- The real page -----------------------------------------------------------------------------------------


def fields_of_payloads(document: Document) -> set[str]:
    """`Model.property` for whatever a webhook can hold. A walk of its own: nothing of the diff is used."""
    found: set[str] = set()
    waiting: list[Any] = [item["post"]["requestBody"] for item in document.raw["webhooks"].values()]
    seen: set[str] = set()

    def below(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for key, member in value.items():
                if key != "examples":
                    yield from below(member)
        elif isinstance(value, list):
            for member in value:
                yield from below(member)

    while waiting:
        for reference in below(waiting.pop()):
            if reference not in seen:
                seen.add(reference)
                schema = document.resolve(reference)
                waiting.append(schema)
                found |= {f"{reference.rpartition('/')[2]}.{name}" for name in schema.get("properties", {})}
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [*pairwise(DOCUMENTS)],
    ids=[document.version for document in DOCUMENTS[1:]],
)
def test_every_field_that_came_or_went_is_named(before: Document, after: Document) -> None:
    text = section(PAGE, before.version, after.version)
    old, new = fields_of_payloads(before), fields_of_payloads(after)
    assert len(old) > 50
    models_of_both = {field.partition(".")[0] for field in old} & {field.partition(".")[0] for field in new}
    changed = {field for field in old ^ new if field.partition(".")[0] in models_of_both}
    # A new name stands beside the old one.
    missing = [
        field for field in changed if f"`{field}`" not in text and f"`{field.partition('.')[2]}`" not in text
    ]
    assert missing == []
    # The fields of a new model come with the field that holds it.
    for model in {field.partition(".")[0] for field in new - old} - models_of_both:
        assert model in text
    for part in ("Events", "Headers", "Payload"):
        assert re.search(rf"\*\*{part}\.\*\*( Nothing changed\.\n|\n\n- )", f"{text}\n"), part


def test_every_event_of_every_version_is_in_the_table() -> None:
    events = {event for document in DOCUMENTS for event in document.raw["webhooks"]}
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == events
    assert PAGE.count("\n## ") == len(DOCUMENTS) - 1


# ---- Steps that have not happened yet ----------------------------------------------------------------------


def page(edit: Edit) -> str:
    documents = []
    for version, change in (("2024-01", None), ("2024-07", edit)):
        raw = copy.deepcopy(PARCELS)
        raw["info"]["version"] = version
        post(raw)["parameters"][1]["schema"]["const"] = version
        if change is not None:
            change(raw)
        documents.append(Document(version, raw, Mark(Location("parcels.yaml", 7, 1))))
    changes = diff(documents[0], documents[1])
    step = VersionStep("2024-01", "2024-07", changes, (), {}, "", {}, ())
    return render_webhook_changes(documents, [step])


def post(raw: Any) -> Any:
    return next(iter(raw["webhooks"].values()))["post"]


def test_nothing_is_said_where_nothing_changed() -> None:
    text = section(page(lambda raw: None), "2024-01", "2024-07")
    assert text.count("Nothing changed.") == 3


def test_an_event_that_came_and_one_that_went() -> None:
    def other_event(raw: Any) -> None:
        (name,) = raw["webhooks"]
        raw["webhooks"]["parcel_lost"] = raw["webhooks"].pop(name)

    (gone,) = PARCELS["webhooks"]
    text = page(other_event)
    assert f"- ⚠️ The webhook `{gone}` was removed." in text
    assert "- The webhook `parcel_lost` was added." in text
    assert f"| `{gone}` | 2024-01 |" in text
    assert "| `parcel_lost` | 2024-07 |" in text


def test_a_header_that_came() -> None:
    def more(raw: Any) -> None:
        post(raw)["parameters"].append(
            {"name": "x-attempt", "in": "header", "required": True, "schema": {"type": "integer"}}
        )

    text = section(page(more), "2024-01", "2024-07")
    assert "**Headers.**\n\n- Webhooks got the header `x-attempt`" in text
    assert text.count("Nothing changed.") == 2


def test_a_header_with_other_values() -> None:
    def other(raw: Any) -> None:
        post(raw)["parameters"][0]["schema"] = {"type": "integer"}

    def fixed(raw: Any) -> None:
        post(raw)["parameters"][1]["schema"]["const"] = "soon"

    for edit, name in ((other, "as-signature"), (fixed, "as-webhook-version")):
        text = section(page(edit), "2024-01", "2024-07")
        assert re.search(rf"\*\*Headers\.\*\*\n\n- .*`{name}` changed", text)
        assert text.count("Nothing changed.") == 2


def test_what_only_responses_have_is_not_here() -> None:
    def less(raw: Any) -> None:
        del raw["paths"]["/parcels"]["get"]

    assert section(page(less), "2024-01", "2024-07").count("Nothing changed.") == 3
