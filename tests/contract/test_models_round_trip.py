"""Random JSON that fits a schema is decoded and encoded: the same JSON comes out, one test per model."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, seed, settings

from contract_support import target
from contract_support.client.checks import model_names, round_trip_complaints
from contract_support.document.json_values import values_for
from contract_support.document.references import everything_below
from version_sample import ALL

MODELS = [
    pytest.param(version, name, id=f"{version}-{name}")
    for version in target.versions()
    for name in model_names(target.document(version))
]


def own_models() -> set[tuple[str, str]]:
    """Version and model of each schema that none of the earlier versions has, among `some_versions`."""
    seen: set[str] = set()
    found = set()
    for version in target.some_versions():
        for name in model_names(target.document(version)):
            text = json.dumps(everything_below(target.document(version), name), sort_keys=True)
            if ALL or text not in seen:
                seen.add(text)
                found.add((version, name))
    return found


OWN = own_models()


@pytest.mark.parametrize(("version", "name"), MODELS)
def test_json_survives_the_model(version: str, name: str) -> None:
    document = target.document(version)
    size = target.settings(version)
    # What a version took over, or is much like that of its neighbours, gets a few values.
    examples = size.examples if (version, name) in OWN else min(size.examples, 2)
    values = values_for(document, document["components"]["schemas"][name])

    @seed(size.seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(values)
    def survives(value: object) -> None:
        assert round_trip_complaints(version, name, value) == []

    survives()


@pytest.mark.parametrize("version", target.versions())
def test_null_and_absent_stay_different(version: str) -> None:
    fields = target.document(version)["components"]["schemas"]["Tracking"]["properties"]
    nullable = next(name for name, schema in fields.items() if "null" in schema.get("type", ()))
    values: tuple[dict[str, object], ...] = ({}, {"title": None}, {"title": "", nullable: None})
    for value in values:
        assert round_trip_complaints(version, "Tracking", value) == []
