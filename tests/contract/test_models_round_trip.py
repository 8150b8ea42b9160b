"""Random JSON that fits a schema is decoded and encoded: the same JSON comes out, one test per model."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings

from contract_support import target
from contract_support.client.checks import model_names, round_trip_complaints
from contract_support.document.json_values import values_for

MODELS = [
    pytest.param(version, name, id=f"{version}-{name}")
    for version in target.versions()
    for name in model_names(target.document(version))
]


@pytest.mark.parametrize(("version", "name"), MODELS)
def test_json_survives_the_model(version: str, name: str) -> None:
    document = target.document(version)
    size = target.settings(version)
    # A version that is much like its neighbours gets a few values, the others get many.
    examples = size.examples if version in target.some_versions() else min(size.examples, 2)
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
