"""The official schemas of AsyncAPI 3 and of Postman collections (v2.1), from pinned packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from export_support.exported import NEWEST, ROOT, VERSIONS, exported
from generator.export.documents import Target

PACKAGES = ROOT / "node_modules"
FILES = {
    Target.ASYNCAPI: PACKAGES / "@asyncapi" / "specs" / "schemas" / "3.0.0.json",
    Target.POSTMAN: PACKAGES / "@har-sdk" / "validator" / "dist" / "schemas" / "postman" / "v2.1.0.json",
}


@pytest.fixture(scope="module", params=FILES)
def official(request: pytest.FixtureRequest) -> tuple[Target, Any]:
    schema = json.loads(Path(FILES[request.param]).read_text("utf-8"))
    return request.param, jsonschema_rs.validator_for(schema)


def test_every_version_fits(official: tuple[Target, Any]) -> None:
    target, validator = official
    for version in VERSIONS:
        errors = [
            f"{error.instance_path}: {error.message[:200]}"
            for error in validator.iter_errors(exported(version, target))
        ]
        assert errors == [], version


def test_what_is_planted_does_not_fit(official: tuple[Target, Any]) -> None:
    target, validator = official
    document = exported(NEWEST, target)
    if target is Target.POSTMAN:
        document["item"][0]["item"][0]["request"]["url"]["query"] = "limit=3"
    else:
        document["operations"]["receive-tracking-update"]["action"] = "wait"
    assert not validator.is_valid(document)
    assert not validator.is_valid({})
