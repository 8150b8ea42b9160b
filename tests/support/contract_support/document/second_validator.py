"""A second validator for the same schemas.

The mock and the property tests use the same library to validate. Here the document's own examples, each
broken in many ways, are validated with another library too.
"""

from __future__ import annotations

# `jsonschema` is imported where it is used: it takes seconds, and every worker imports this module.
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contract_support.document.examples import DEPTH
from contract_support.document.forgiving import without_doubtful
from contract_support.document.schema_checker import DIALECT, DOCUMENT_NAME, SchemaChecker
from contract_support.document.valid_samples import valid_sample

if TYPE_CHECKING:
    import jsonschema

WRONG_VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", "2024-02-30", [], [None], {}, {"a": 1})


@dataclass
class SecondValidator:
    """Validates with `jsonschema`, which is slow and independent."""

    document: Mapping[str, Any]
    _registry: Any = field(init=False)

    def __post_init__(self) -> None:
        resource = DRAFT202012.create_resource(without_doubtful(self.document, self.document))
        self._registry = Registry().with_resource(DOCUMENT_NAME, resource)

    def validator(self, name: str) -> jsonschema.Draft202012Validator:
        import jsonschema

        schema = {"$schema": DIALECT, "$ref": f"{DOCUMENT_NAME}#/components/schemas/{name}"}
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        return jsonschema.Draft202012Validator(schema, registry=self._registry, format_checker=checker)


def disagreements(document: Mapping[str, Any], name: str) -> tuple[int, int, list[str]]:
    """Validate a component's corpus twice.

    Returns:
        how many instances both accept, how many both refuse, and a sentence for each disagreement.
    """
    checker = SchemaChecker(document)
    second = SecondValidator(document).validator(name)
    schema = {"$ref": f"#/components/schemas/{name}"}
    accepted = refused = 0
    found = []
    for instance in corpus(document, schema):
        first = checker.fits(schema, instance)
        if first is not second.is_valid(instance):
            verdict = "refused" if first else "accepted"
            found.append(f"{name}: {verdict} by the second only: {instance!r:.300}")
        elif first:
            accepted += 1
        else:
            refused += 1
    return accepted, refused, found


def corpus(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield an instance built from the examples, then the same with one value broken at a time."""
    complete = valid_sample(document, schema)
    yield complete
    yield from _break(complete, DEPTH)


def _break(value: Any, depth: int) -> Iterator[Any]:
    yield from WRONG_VALUES
    if depth == 0:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield {key: item for key, item in value.items() if key != name}
            for broken in _break(member, depth - 1):
                yield {**value, name: broken}
    elif isinstance(value, list):
        yield value * 60
        for number, member in enumerate(value[:1]):
            for broken in _break(member, depth - 1):
                yield [*value[:number], broken, *value[number + 1 :]]
