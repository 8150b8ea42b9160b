"""Code in the guides passes a strict type checker: each half with the package of its version.

The variables are what methods return (`tracking`), what receivers get (`event`), a client, values of enums.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli.changes.comparison import guide
from diff_support.history import VERSIONS
from docs_support.type_checker import check_types
from generator.diff import Move, diff
from generator.diff.report.migration_guide import migration
from generator.diff.report.samples import sample
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read

PARCELS = read(Path(__file__).parent / "parcels.yaml").value


def halves(guide: str) -> Iterator[tuple[str, str]]:
    """The code before and after, of every block of a guide but the imports."""
    for block in re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        before, after = block.removeprefix("# before\n").split("\n# after\n")
        if not before.startswith("from "):
            yield before, after


def free_names(code: str) -> list[str]:
    tree = ast.parse(code)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {one.id for one in names if isinstance(one.ctx, ast.Store)}
    return sorted({one.id for one in names} - bound)


def function(name: str, code: str) -> str:
    """The code as a function, whose parameters are its variables with their types."""
    types = {"client": "AfterShip", "event": "Event"}
    camel = {one: "".join(word.capitalize() for word in one.split("_")) for one in free_names(code)}
    parameters = ", ".join(f"{one}: {types.get(one, camel[one])}" for one in free_names(code))
    lines = code.replace("...", "anything").strip().splitlines()
    return "\n".join([f"def {name}({parameters}) -> None:", *(f"    {line}" for line in lines)])


def module(version: str, codes: list[str]) -> str:
    package = f"aftership_tracking.v{version.replace('-', '_')}"
    head = f"from typing import Any\nfrom {package} import *\nfrom {package} import AfterShip\n"
    head += "from aftership_tracking.webhooks import Event\nanything: Any\n"
    return head + "\n".join(function(f"half_{index}", code) for index, code in enumerate(codes)) + "\n"


def test_code_in_the_guides_passes_mypy(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Those of each step, and those over several steps, which the command prints."""
    pages = {(old, new): guide(old, new) for old, new in combinations(VERSIONS, 2)}
    codes: dict[str, list[str]] = {}
    for (old, new), page in pages.items():
        for before, after in halves(page):
            for version, code in ((old, before), (new, after)):
                listed = codes.setdefault(version, [])
                listed += [] if code in listed else [code]
    assert sum(map(len, codes.values())) >= 40
    # A path that may be null, without a check, shows that the checker sees it.
    planted = "tracking.order_promised_delivery_date.promised_delivery_date"
    files = []
    for version, listed in codes.items():
        files.append(tmp_path / f"guide_{version.replace('-', '_')}.py")
        files[-1].write_text(module(version, listed), "utf-8")
    (tmp_path / "planted.py").write_text(module("2026-01", [planted]), "utf-8")
    done = check_types(pytestconfig, "mypy-of-guides", *files, tmp_path / "planted.py")
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [line for line in errors if "planted.py" not in line] == [], done.stdout + done.stderr
    assert len(errors) == 1
    assert 'Item "None"' in errors[0]


def test_a_guide_with_code_says_what_its_names_are() -> None:
    pages = [guide(old, new) for old, new in combinations(VERSIONS, 2)]
    explained = ["`client` is an `AfterShip`" in page.partition("\n## ")[0] for page in pages]
    assert explained == [bool(list(halves(page))) for page in pages]
    assert set(explained) == {True, False}


# ---- What a sample shows -----------------------------------------------------------------------------------


def document(raw: Any) -> Document:
    return Document("2024-01", raw, Mark(Location("parcels.yaml", 7, 1)))


def with_leg(properties: dict[str, Any], *, in_list: bool = False) -> Any:
    """Parcels whose last leg, or each of whose legs, is an object with these properties."""
    raw = copy.deepcopy(PARCELS)
    schemas = raw["components"]["schemas"]
    schemas["Leg"] = {"type": "object", "properties": properties}
    schemas["LegCourier"] = {"type": "object", "properties": {"slug": {"type": "string"}}}
    leg: Any = {"$ref": "#/components/schemas/Leg"}
    value = {"type": "array", "items": leg} if in_list else {"anyOf": [leg, {"type": "null"}]}
    schemas["Parcel"]["properties"]["legs" if in_list else "last_leg"] = value
    return raw


COURIER = {"anyOf": [{"$ref": "#/components/schemas/LegCourier"}, {"type": "null"}]}
MOVE = Move("Leg", "slug", "courier.slug", "wrap")


def test_what_is_inside_of_a_nullable_object_is_read_from_what_a_method_returns() -> None:
    old, new = with_leg({"slug": {"type": "string"}}), with_leg({"courier": COURIER})
    assert sample(diff(document(old), document(new), [MOVE])) == (
        "# before\n"
        "parcel.last_leg.slug if parcel.last_leg else None\n"
        "\n"
        "# after\n"
        "parcel.last_leg.courier.slug if parcel.last_leg and parcel.last_leg.courier else None"
    )


def test_what_is_inside_of_a_list_is_read_in_a_loop() -> None:
    old = with_leg({"slug": {"type": "string"}}, in_list=True)
    new = with_leg({"courier": COURIER}, in_list=True)
    assert sample(diff(document(old), document(new), [MOVE])) == (
        "# before\n"
        "for leg in parcel.legs or []:\n"
        "    leg.slug\n"
        "\n"
        "# after\n"
        "for leg in parcel.legs or []:\n"
        "    leg.courier.slug if leg.courier else None"
    )


@pytest.mark.parametrize("new_field", [True, False])
def test_an_argument_that_must_be_sent_is_shown_in_the_call(new_field: bool) -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    for raw in (old, new):
        raw["components"]["schemas"]["ParcelCreate"]["required"] = ["number"]
    if not new_field:
        old["components"]["schemas"]["ParcelCreate"]["properties"]["label"] = {"type": "string"}
    new["components"]["schemas"]["ParcelCreate"]["properties"]["label"] = {"type": "string"}
    new["components"]["schemas"]["ParcelCreate"]["required"].append("label")
    assert sample(diff(document(old), document(new))) == (
        "# before\nclient.parcels.create(number=...)\n\n# after\nclient.parcels.create(number=..., label=...)"
    )


def test_a_value_that_became_two_is_compared_with_both() -> None:
    old, new = copy.deepcopy(PARCELS), copy.deepcopy(PARCELS)
    before, after = (raw["components"]["schemas"]["Status"]["x-open-enum"] for raw in (old, new))
    before["Odd"] = "Before."
    after |= {"Lost": "Nobody knows.", "Late": "It is late."}
    moves = [Move("Status", "Odd", value, "split-value", "Late") for value in ("Lost", "Late")]
    text = migration("a", "b", diff(document(old), document(new), moves))
    assert text.endswith("[`migrate()`](../migrate-data.md) turns them into b.\n")
    assert '# before\nstatus == "Odd"\n\n# after\nstatus in ("Lost", "Late")\n' in text
    moves = [Move("Status", value, "Odd", "join-values", "Late") for value in ("Lost", "Late")]
    text = migration("a", "b", diff(document(new), document(old), moves))
    assert 'status == "Late"\nstatus == "Lost"\n\n# after\nstatus == "Odd"\n' in text
