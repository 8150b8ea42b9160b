"""A second validator on the same schemas.

The mock and the property tests judge with one and the same library. Here the corpus of the document's own
examples, each broken in many ways, is judged by another library too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contract_support.examples import example_of
from contract_support.judge import DIALECT, DOCUMENT_NAME, Judge
from contract_support.operations import resolved

WRONG_VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", "2024-02-30", [], [None], {}, {"a": 1})
DEPTH = 4


@dataclass
class SecondOpinion:
    """Validates with `jsonschema`, slowly and independently."""

    document: Mapping[str, Any]
    _registry: Any = field(init=False)

    def __post_init__(self) -> None:
        resource = DRAFT202012.create_resource(self.document)
        self._registry = Registry().with_resource(DOCUMENT_NAME, resource)

    def validator(self, name: str) -> jsonschema.Draft202012Validator:
        schema = {"$schema": DIALECT, "$ref": f"{DOCUMENT_NAME}#/components/schemas/{name}"}
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        return jsonschema.Draft202012Validator(schema, registry=self._registry, format_checker=checker)


def disagreements(document: Mapping[str, Any], name: str) -> tuple[int, int, list[str]]:
    """Judge a component's corpus twice.

    Returns:
        how many instances both accept, how many both refuse, and a sentence for each disagreement.
    """
    judge = Judge(document)
    second = SecondOpinion(document).validator(name)
    schema = {"$ref": f"#/components/schemas/{name}"}
    accepted = refused = 0
    found = []
    for instance in corpus(document, schema):
        first = judge.fits(schema, instance)
        if first is not second.is_valid(instance):
            verdict = "refused" if first else "accepted"
            found.append(f"{name}: {verdict} by the second only: {instance!r:.300}")
        elif first:
            accepted += 1
        else:
            refused += 1
    return accepted, refused, found


def corpus(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield an instance built from the examples, then the same with one place broken at a time."""
    whole = sample(document, schema, DEPTH)
    yield whole
    yield from _broken(whole, DEPTH)


def sample(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    """Put together an instance from the examples of a schema and of its properties."""
    target = resolved(document, schema)
    given = example_of(document, target)
    if given is not None or depth == 0:
        return given
    for group in ("anyOf", "oneOf"):
        if group in target:
            return sample(document, target[group][0], depth)
    if "properties" in target:
        members = {name: sample(document, value, depth - 1) for name, value in target["properties"].items()}
        return {name: value for name, value in members.items() if value is not None}
    if "items" in target:
        item = sample(document, target["items"], depth - 1)
        return [] if item is None else [item]
    return {} if target.get("type") == "object" else None


def _broken(value: Any, depth: int) -> Iterator[Any]:
    yield from WRONG_VALUES
    if depth == 0:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield {key: item for key, item in value.items() if key != name}
            for broken in _broken(member, depth - 1):
                yield {**value, name: broken}
    elif isinstance(value, list):
        yield value * 60
        for number, member in enumerate(value[:1]):
            for broken in _broken(member, depth - 1):
                yield [*value[:number], broken, *value[number + 1 :]]
