"""What was rendered is compared with the document: a loss in the code is reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.client.completeness import check_complete
from generator_support.documents import as_document, parcels
from generator_support.installed import modules

DOCUMENT = as_document(parcels())
MODULES = {name: source for name, source in modules(parcels()).items() if name.endswith(".py")}
RESOURCE = "resources/parcels.py"

LOSSES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "an operation": (
        RESOURCE,
        lambda source: source.replace("LIST: Operation[Parcel] = ", "print(", 1).replace(
            ")  # fmt: skip", "))", 1
        ),
        'The operation "list-parcels" was not generated',
    ),
    "an operation's path": (
        RESOURCE,
        lambda source: source.replace('("parcels", Path("id"))', '("parcels", Path("ids"))', 1),
        '"get-parcel" differs from the document',
    ),
    "an operation's method": (
        RESOURCE,
        lambda source: source.replace('"DELETE"', '"GET"', 1),
        '"delete-parcel" differs from the document',
    ),
    "an operation twice": (
        RESOURCE,
        lambda source: source.replace('"delete-parcel", "DELETE"', '"get-parcel", "GET"', 1),
        '"get-parcel" was generated twice',
    ),
    "the async version": (
        RESOURCE,
        lambda source: source.replace("return await self._send(GET,", "return await self._send(DELETE,", 1),
        '"get-parcel" has 1 methods',
    ),
    "a query parameter": (
        RESOURCE,
        lambda source: source.replace('"limit", "status", ', '"limit", ', 1),
        '"list-parcels" lost "status" of its query',
    ),
    "a query parameter's name": (
        RESOURCE,
        lambda source: source.replace('("format_", "format")', '("format_", "form")', 1),
        'sends "form" in its query',
    ),
    "a path argument": (
        RESOURCE,
        lambda source: source.replace('Path("number", "integer")', 'Path("id", "integer")', 1),
        '"update-parcel-by-number" differs from the document',
    ),
    "a body property": (
        RESOURCE,
        lambda source: source.replace('"sent", "day", ', '"sent", ', 1),
        '"create-parcel" lost "day" of its body',
    ),
    "a wrong argument": (
        RESOURCE,
        lambda source: source.replace('"new_town"', '"town"'),
        "share one argument",
    ),
    "an unknown argument": (
        RESOURCE,
        lambda source: source.replace('query_names=("key"', 'query_names=("keys"', 1),
        'no argument "keys"',
    ),
    "a schema": (
        "models.py",
        lambda source: source.replace("class Depot(Model)", "class Depots(Model)"),
        'The schema "Depot" was not generated',
    ),
    "a property": (
        "models.py",
        lambda source: source.replace("    town: str | None = sent(inferred=True)\n", "", 1),
        'The fields of "Depot" differ from the document: town',
    ),
    "the order of properties": (
        "models.py",
        lambda source: (
            source.replace("    code: str | None", "    town: str | None", 2)
            .replace("    town: str | None", "    code: str | None", 1)
            .replace('its code."""\n    town', 'its code."""\n    code')
        ),
        'The fields of "Depot" differ',
    ),
    "an enum": (
        "enums.py",
        lambda source: source.replace("class Unit(", "class Units("),
        'The enum "Unit" was not generated',
    ),
    "a value": (
        "enums.py",
        lambda source: source.replace('    FT = "ft"\n', ""),
        'The values of the enum "Unit" differ',
    ),
    "the letters of a value": (
        "enums.py",
        lambda source: source.replace('"At end"', '"At  end"'),
        'The values of the enum "Status" differ',
    ),
    "a value under a used name": (
        "enums.py",
        lambda source: source.replace("    FT =", "    M ="),
        'The values of the enum "Unit" differ',
    ),
}


def test_everything_is_there() -> None:
    check_complete(DOCUMENT, MODULES)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_noticed(loss: str) -> None:
    module, cut, sentence = LOSSES[loss]
    broken = cut(MODULES[module])
    assert broken != MODULES[module], "nothing was cut"

    with pytest.raises(ExceptionGroup) as caught:
        check_complete(DOCUMENT, MODULES | {module: broken})

    assert sentence in " ".join(str(one) for one in caught.value.exceptions)


def test_the_loss_of_a_resource_is_noticed() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        check_complete(DOCUMENT, {name: source for name, source in MODULES.items() if "depots" not in name})

    assert '"list-depots" was not generated' in str(caught.value.exceptions[0])
