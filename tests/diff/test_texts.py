"""What people read: terminal, Markdown, JSON, changelog entry, migration guide; and the next version."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.diff import Change, Level, Move, diff
from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.changelog import changelog
from generator.diff.report.migration_guide import migration
from generator.diff.report.printing import SIGN, as_json, as_markdown, as_text, summary
from generator.diff.report.samples import sample
from generator.diff.rules.bump import Bump, bump, next_version
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read

PARCELS = read(Path(__file__).parent / "parcels.yaml").value
MOVES = (
    Move("Event", "site", "spot"),
    Move("ParcelCreate", "number", "keys[].number", "gather"),
    Move("ParcelCreate", "owner", "keys[].owner", "gather"),
    Move("list-parcels", "page", "at"),
)


def document(raw: Any) -> Document:
    return Document("2024-01", raw, Mark(Location("parcels.yaml", 7, 1)))


def changes() -> tuple[Change, ...]:
    """Field, parameter and method renamed, two arguments gathered, a wrapper gone, a value new."""
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    before, after = old["components"]["schemas"], new["components"]["schemas"]
    after["Event"]["properties"]["spot"] = after["Event"]["properties"].pop("site")
    before["ParcelCreate"]["properties"]["owner"] = {"type": "string"}
    after["ParcelCreate"]["properties"] = {"keys": {"type": "array", "items": {"type": "object"}}}
    after["Status"]["x-open-enum"]["Lost"] = "Nobody knows."
    new["paths"]["/parcels"]["get"]["parameters"][0]["name"] = "at"
    new["paths"]["/parcels/{id}"]["delete"]["x-method"] = "remove"
    post = new["paths"]["/parcels"]["post"]
    del post["x-body-wrapper"]
    post["requestBody"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/ParcelCreate"
    return diff(document(old), document(new), MOVES)


def test_the_terminal_sees_marks_rules_locations_and_reach() -> None:
    text = as_text("2024-01", "2024-04", changes())
    assert text.startswith("2024-01 -> 2024-04: 6 breaking, 1 warning, 1 compatible\n")
    assert "\nparcels\n" in text
    assert (
        "  x `Event.site` was renamed to `spot`.\n"
        "      breaking response-property-renamed at parcels.yaml:7\n"
        "      seen in response: parcels.create, parcels.get, parcels.list; webhook: parcel_update\n"
    ) in text
    assert "  ! `Status` got the value `Lost`.\n" in text
    assert "  + `ParcelCreate.keys` was added (list of object).\n" in text


def test_markdown_has_a_sign_where_code_breaks() -> None:
    text = as_markdown("2024-01", "2024-04", changes())
    assert f"- {SIGN} `Event.site` was renamed to `spot`.\n" in text
    assert "- `Status` got the value `Lost`.\n" in text


def test_json_has_stable_fields() -> None:
    value = json.loads(as_json("2024-01", "2024-04", changes()))
    assert value["counts"] == {"breaking": 6, "warning": 1, "compatible": 1, "info": 0}
    renamed = next(one for one in value["changes"] if one["rule"] == "response-property-renamed")
    assert list(renamed) == [
        "fingerprint", "rule", "level", "resource", "subject", "old", "new", "moved", "text", "reason",
        "absorbed", "arguments-of", "reaches", "place",
    ]  # fmt: skip
    assert renamed["place"] == {
        "file": "parcels.yaml",
        "line": 7,
        "pointer": "/components/schemas/Event/properties/spot",
    }
    assert renamed["reaches"][0] == {
        "operation": "create-parcel",
        "direction": "response",
        "method": "parcels.create",
        "request": "POST /parcels",
    }


def test_no_changes_are_reported_as_such() -> None:
    assert summary(()) == "no changes"
    assert as_text("a", "b", ()) == "a -> b: no changes\n"


def test_the_changelog_speaks_of_methods_and_arguments() -> None:
    text = changelog("2024-01", "2024-04", changes(), released="2024-04-11", lines=["Parcels have keys."])
    assert text.startswith("## API 2024-04\n\nReleased on 2024-04-11. ")
    assert "5 of 8 changes. Fields, arguments and values count" in text
    assert "\n- Parcels have keys.\n" in text
    assert f"- {SIGN} `parcels.create(number=)` was removed; the value moved to `keys[].number`.\n" in text
    assert f"- {SIGN} The query parameter `page` was renamed to `at` (`parcels.list`).\n" in text
    assert "- `parcels.create(keys=)` was added (list of object).\n" in text


def test_the_same_argument_of_two_methods_is_one_line() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    for raw in (old, new):
        schemas, paths = raw["components"]["schemas"], raw["paths"]
        schemas["ParcelUpdate"] = copy.deepcopy(schemas["ParcelCreate"])
        put = copy.deepcopy(paths["/parcels"]["post"])
        put |= {"operationId": "update-parcel", "x-method": "update"}
        del put["x-body-wrapper"]
        put["requestBody"]["content"]["application/json"]["schema"]["$ref"] = (
            "#/components/schemas/ParcelUpdate"
        )
        paths["/parcels"]["put"] = put
    for model in ("ParcelCreate", "ParcelUpdate"):
        del new["components"]["schemas"][model]["properties"]["number"]
    text = changelog("2024-01", "2024-04", diff(document(old), document(new)))
    assert "- ⚠️ `parcels.create(number=)`, `parcels.update(number=)` were removed.\n" in text


def test_a_changelog_without_breaks_says_so() -> None:
    raw = copy.deepcopy(PARCELS)
    raw["components"]["schemas"]["Status"]["x-open-enum"]["Lost"] = "Nobody knows."
    text = changelog("2024-01", "2024-04", diff(document(PARCELS), document(raw)))
    assert "Nothing breaks code that moves from 2024-01." in text
    assert SIGN not in text


def test_the_guide_says_what_to_do() -> None:
    text = migration("2024-01", "2024-04", changes())
    assert text.startswith(
        "# Moving from 2024-01 to 2024-04\n\n5 changes break code and 1 change deserves a look."
    )
    assert "from aftership_tracking.v2024_04 import AfterShip" in text
    assert (
        f"- {SIGN} Use the new names.\n"
        "  - `Event.site` was renamed to `spot`.\n"
        "  - The query parameter `page` was renamed to `at` (`parcels.list`).\n"
    ) in text
    assert "- `Status` got the value `Lost`.\n  Handle it where you name every value; it is read" in text


def test_what_the_client_hides_stands_apart() -> None:
    text = migration("2024-01", "2024-04", changes())
    hidden = text[text.index("## What the client hides") : text.index("## What else changed")]
    assert "The body of `parcels.create` changed its wrapper from `parcel` to none." in hidden
    assert "wrapper" not in text[: text.index("## What the client hides")]


def test_the_guide_shows_code_before_and_after() -> None:
    code = sample(changes())
    assert code.split("\n\n") == [
        "# before\n"
        "client.parcels.delete(id=...)\n"
        "client.parcels.create(number=..., owner=...)\n"
        "client.parcels.list(page=...)\n"
        "for event in parcel.events or []:\n"
        "    event.site",
        "# after\n"
        "client.parcels.remove(id=...)\n"
        'client.parcels.create(keys=[{"number": ..., "owner": ...}])\n'
        "client.parcels.list(at=...)\n"
        "for event in parcel.events or []:\n"
        "    event.spot",
    ]


def test_code_in_the_guide_is_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", migration("2024-01", "2024-04", changes()), re.DOTALL)
    assert len(blocks) == 3  # imports, the code of parcels, that of webhooks
    for block in blocks:
        compile(block, "guide", "exec")


def test_a_model_that_is_sent_and_read_is_shown_for_both_directions() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    for raw in (old, new):
        raw["components"]["schemas"]["ParcelCreate"]["properties"]["cause"] = {
            "$ref": "#/components/schemas/Cause"
        }
    properties = new["components"]["schemas"]["Cause"]["properties"]
    properties["text"] = properties.pop("word")
    code = sample(diff(document(old), document(new), [Move("Cause", "word", "text")]))
    assert '{"word": ...}' in code
    assert '{"text": ...}' in code
    assert "cause.word" in code
    assert "cause.text" in code


def test_nothing_to_do_is_reported_as_such() -> None:
    assert "No code has to change." in migration("2024-01", "2024-04", ())


@pytest.mark.parametrize(
    ("levels", "new_version", "step"),
    [
        ({Level.BREAKING, Level.INFO}, True, Bump.MAJOR),
        ({Level.BREAKING}, False, Bump.MAJOR),
        ({Level.WARNING}, False, Bump.MINOR),
        ({Level.COMPATIBLE}, False, Bump.MINOR),
        ({Level.INFO}, True, Bump.MINOR),
        (set(), True, Bump.MINOR),
        ({Level.INFO}, False, Bump.PATCH),
        (set(), False, Bump.PATCH),
    ],
)
def test_the_gravest_change_decides(levels: set[Level], new_version: bool, step: Bump) -> None:
    status = copy.deepcopy(PARCELS)
    status["components"]["schemas"]["Status"]["x-open-enum"] |= {"Lost": "Gone."}
    status["components"]["schemas"]["Event"]["properties"] = {"more": {"type": "string"}}
    status["components"]["schemas"]["Parcel"]["properties"]["id"]["description"] = "Its name."
    found = diff(document(PARCELS), document(status))
    assert {change.level for change in found} == set(Level)
    chosen = [change for change in found if change.level in levels]
    assert bump(chosen, new_version=new_version) is step


@pytest.mark.parametrize(
    ("version", "step", "following"),
    [
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("0.2.3", Bump.MAJOR, "0.3.0"),
        ("0.2.3", Bump.MINOR, "0.2.4"),
        ("0.2.3", Bump.PATCH, "0.2.4"),
    ],
)
def test_the_next_version(version: str, step: Bump, following: str) -> None:
    assert next_version(version, step) == following


@pytest.mark.parametrize("version", ["1.2", "1.2.3rc1", "", "v1.2.3"])
def test_a_version_of_another_form_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="three numbers"):
        next_version(version, Bump.PATCH)


def test_a_deprecation_says_when_it_goes_and_what_to_use_instead() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    listing = new["paths"]["/parcels"]["get"]
    details = {"since": "2024-01", "removed-in": "2024-07"}
    listing |= {"deprecated": True, "x-deprecated": {**details, "instead": "create-parcel"}}
    listing["parameters"][0] |= {"deprecated": True, "x-deprecated": {**details, "instead": "cursor"}}
    new["components"]["schemas"]["Event"]["properties"]["site"] |= {
        "deprecated": True,
        "x-deprecated": {"instead": "spot"},
    }
    old["paths"]["/parcels"]["post"]["operationId"] = "create-parcel"
    new["paths"]["/parcels"]["post"]["operationId"] = "create-parcel"
    texts = {one.rule.id: one.text for one in diff(document(old), document(new), ())}
    assert texts == {
        "operation-deprecated": "`parcels.list` was deprecated. It is to be removed in 2024-07. "
        "Use `parcels.create` instead.",
        "parameter-deprecated": "`page` was deprecated. It is to be removed in 2024-07. "
        "Use `cursor` instead.",
        "response-property-deprecated": "`Event.site` was deprecated. Use `spot` instead.",
    }


def test_a_value_that_became_two_is_named_as_two() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    before, after = (raw["components"]["schemas"]["Status"]["x-open-enum"] for raw in (old, new))
    before["Odd"] = "Before."
    after |= {"Lost": "Nobody knows.", "Late": "It is late."}
    moves = [Move("Status", "Odd", value, "split-value", "Late") for value in ("Lost", "Late")]
    [change] = diff(document(old), document(new), moves)
    assert change.text == (
        "The value `Odd` of `Status` was split into `Lost` and `Late`. `migrate()` turns it into `Late`."
    )
    guide = migration("2024-01", "2024-04", [change])
    assert "renamed" not in guide
    assert f"{change.text}\n  Expect each of the new values.\n" in guide
    sent = tuple(replace(one, direction=Direction.REQUEST) for one in change.reaches)
    guide = migration("2024-01", "2024-04", [replace(change, reaches=sent)])
    assert f"{change.text}\n  Expect each of the new values, and send the one that you mean.\n" in guide


def test_values_that_became_one_share_a_sentence() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    before, after = (raw["components"]["schemas"]["Status"]["x-open-enum"] for raw in (old, new))
    before |= {"Lost": "Nobody knows.", "Late": "It is late."}
    after["Odd"] = "After."
    moves = [Move("Status", value, "Odd", "join-values", "Lost") for value in ("Lost", "Late")]
    text = changelog("a", "b", diff(document(old), document(new), moves))
    assert (
        "The values `Late`, `Lost` of `Status` were joined into `Odd`. "
        "`migrate()` turns `Odd` back into `Lost`."
    ) in text
