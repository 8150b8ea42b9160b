"""Two validators must agree on every instance made from the document's own examples."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from contract_support import target
from contract_support.document.operations import operations
from contract_support.document.references import everything_below
from contract_support.document.schema_checker import SchemaChecker
from contract_support.document.second_validator import SecondValidator, disagreements

TIMES = {
    "date-time": {
        "2024-02-06T10:15:30+00:00": True,
        "2024-02-06T10:15:30-08:00": True,
        "2024-02-06T10:15:30Z": True,
        "2024-02-06T10:15:30.123Z": True,
        "2024-02-06T10:15:30": False,
        "2024-02-06": False,
        "2024-02-30T10:15:30Z": False,
        "2024-02-06T25:15:30Z": False,
        "20240206T101530Z": False,
        "": False,
    },
    "date": {
        "2024-02-29": True,
        "2023-02-29": False,
        "2024-2-6": False,
        "20240206": False,
        "2024-02-06T00:00:00Z": False,
        "": False,
    },
}


def roots(version: str) -> list[str]:
    """Return the components directly below a request or response: the others are inside them."""
    document = target.document(version)
    names = set()
    for operation in operations(document):
        schemas = [operation.body_schema] if operation.body_schema is not None else []
        schemas += [
            response["content"]["application/json"]["schema"]
            for response in operation.responses.values()
            if "content" in response
        ]
        names |= {schema["$ref"].rpartition("/")[2] for schema in schemas if "$ref" in schema}
    return sorted(names)


def different_roots() -> Iterator[tuple[str, str]]:
    """Yield version and component of each different schema. What a version took over is not tested again."""
    seen = set()
    chosen = target.some_versions()
    frequent = {name for version in chosen for name in roots(version)}
    for version in target.versions():
        for name in roots(version):
            if version not in chosen and name in frequent:
                continue
            text = json.dumps(everything_below(target.document(version), name), sort_keys=True)
            if text not in seen:
                seen.add(text)
                yield version, name


ROOTS = [pytest.param(*each, id="-".join(each)) for each in different_roots()]


def test_every_component_is_among_the_different_ones() -> None:
    names = {name for version in target.versions() for name in roots(version)}
    assert {name for _, name in different_roots()} == names


@pytest.mark.parametrize(("version", "name"), ROOTS)
def test_two_validators_agree(version: str, name: str) -> None:
    accepted, refused, found = disagreements(target.document(version), name)
    assert found == []
    # A corpus that only passes, or only fails, would prove nothing.
    assert accepted > 0
    assert refused > 0


@pytest.mark.parametrize("form", TIMES)
def test_two_validators_agree_on_times(form: str) -> None:
    from jsonschema import Draft202012Validator

    schema = {"type": "string", "format": form}
    checker = SchemaChecker({"components": {}})
    second = Draft202012Validator(schema, format_checker=SecondValidator({}).validator("x").format_checker)
    assert {text: checker.fits(schema, text) for text in TIMES[form]} == TIMES[form]
    assert {text: second.is_valid(text) for text in TIMES[form]} == TIMES[form]
