"""Every body of a made-up version requires one field more, and no check needs an edit for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock
from contract_support import target
from contract_support.behaviour import concurrency, declared_errors, links, odd_requests
from contract_support.behaviour.checks import CHECKS
from contract_support.calls.api import API_KEY
from contract_support.document import fitting
from contract_support.document.operations import body_fields, operations
from made_up_version import MadeUpVersion, compose_made_up_version

FIELD, JSON = "shop_id", "application/json"
SHOP = {
    "type": "integer", "minimum": 1, "maximum": 9999, "description": "The shop.", "examples": [17],
    "x-provenance": "documented", "x-constraints": {"minimum": "documented", "maximum": "documented"},
}  # fmt: skip


def actions(document: Mapping[str, Any]) -> str:
    """One field more in the component of each body, and in the examples of it."""
    bodies = [(each, each.body_schema) for each in operations(document) if each.body_schema is not None]
    components = sorted({schema["$ref"] for _, schema in bodies})
    found: list[dict[str, Any]] = []
    for operation, _ in bodies:
        method = f"$.paths['{operation.path}'].{operation.method.lower()}"
        examples = operation.definition["requestBody"]["content"][JSON]["examples"]
        for name, example in examples.items():
            value = f"{method}.requestBody.content['{JSON}'].examples['{name}'].value"
            found.append({"target": value, "update": {FIELD: 17}})
            for member, schema in body_fields(operation).items():
                items = example["value"].get(member)
                if items and schema.get("items", {}).get("$ref") in components:
                    counted = {"target": f"{value}.{member}[*]", "x-count": len(items)}
                    found.append({**counted, "update": {FIELD: 17}})
    for reference in components:
        name = reference.rpartition("/")[2]
        schema = f"$.components.schemas.{name}"
        found.append({"target": f"{schema}.properties", "update": {FIELD: SHOP}})
        if "required" in document["components"]["schemas"][name]:
            found.append({"target": f"{schema}.required", "update": FIELD})
        else:
            found.append({"target": schema, "update": {"required": [FIELD]}})
    found = [{**action, "x-change": "shops"} for action in found]
    found[0]["description"] = "Every request names the shop."
    return "\n".join(f"  - {json.dumps(action)}" for action in found)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    newest = target.document(target.versions()[-1])
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), actions(newest), on_newest=True)
    with made_up.installed():
        yield made_up


def fresh_mock(source: MadeUpVersion) -> Mock:
    return Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=source)


def all_complaints(source: MadeUpVersion, checks: Mapping[str, Any] = CHECKS) -> list[str]:
    document = source.document(source.version)
    found = []
    for check in checks.values():
        mock = fresh_mock(source)
        found += check(document, mock, mock)
    return found


@pytest.mark.parametrize("check", CHECKS)
def test_checks_follow(source: MadeUpVersion, check: str) -> None:
    assert all_complaints(source, {check: CHECKS[check]}) == []


def test_other_checks_follow(source: MadeUpVersion) -> None:
    document, mock = source.document(source.version), fresh_mock(source)
    assert declared_errors.complaints(document, mock, mock) == []
    assert concurrency.complaints(document, fresh_mock(source), concurrency.WAYS["tasks"]) == []
    for link in links.declared_links(document):
        mock = fresh_mock(source)
        assert links.complaints(document, mock, mock, link) == []
    for odd in odd_requests.odd_requests(document):
        if odd.statuses == {201}:
            assert odd_requests.complaints(document, fresh_mock(source), odd) == []


def test_without_the_field_the_checks_fail(source: MadeUpVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "_required", lambda *given: {})
    with pytest.raises(AssertionError, match=r"\b400\b"):
        assert all_complaints(source) == []
