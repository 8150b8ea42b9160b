"""The command line of schemathesis, with the settings that users copy, against the command `aftership mock`.

Everything goes over HTTP: the document too. All phases and all checks count. `make test` takes one version,
chosen by TEST_SEED; `make schemathesis` takes all, with SCHEMATHESIS_EXAMPLES and SCHEMATHESIS_SEED.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_support import target
from contract_support.document.operations import operations
from patience import PATIENCE
from version_sample import ALL, SEED

SETTINGS = Path(__file__).parents[2] / "schemathesis.toml"
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
ANYWAY = ["2xx", "3xx", "400", "401", "403", "404", "409", "429", "5xx"]
"""The statuses that schemathesis takes for a request that fits, and 400."""
KEY = "any-key"
PLANTED = {
    "Response violates schema": "get-couriers",
    "Server error": "get-tracking-by-id",
    "Schema-violating request accepted": "detect-courier",
}
"""What is to be found where faults are planted."""


@contextmanager
def mock_on_port(*options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0", "--json", "--quiet"]
    with subprocess.Popen([*command, "--key", KEY, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


def run(
    url: str, document: str, folder: Path, *options: str, examples: str = "10", seed: str = "1"
) -> tuple[int, dict[str, Any], str]:
    """The exit code, the report and the text of one run."""
    report = folder / "report.json"
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(SETTINGS), "run"]
    command += [f"{url}/_mock/openapi/{document}", "-n", examples, "--seed", seed]
    command += ["--report-json-path", str(report), *options]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 * PATIENCE,
    )
    assert report.is_file(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text("utf-8")), done.stdout


@pytest.mark.parametrize("version", target.versions() if ALL else [target.versions()[SEED % 9]])
def test_nothing_is_found(version: str, tmp_path: Path) -> None:
    examples = os.environ.get("SCHEMATHESIS_EXAMPLES", "4")
    seed = os.environ.get("SCHEMATHESIS_SEED", "1")
    with mock_on_port() as url:
        code, report, text = run(url, f"{version}.json", tmp_path, examples=examples, seed=seed)
    assert (code, report["failures"], report["errors"]) == (0, [], []), text
    known = list(operations(target.document(version)))
    assert report["operations"]["tested"] == report["operations"]["total"] == len(known)
    assert {name: phase["status"] for name, phase in report["phases"].items()} == dict.fromkeys(
        PHASES, "success"
    )
    assert report["test_cases"]["generated"] > 50 * len(known)


def test_planted_faults_are_found(tmp_path: Path) -> None:
    """A broken response, a failure, and rules that are not enforced, because the document has all of them."""
    faults: list[dict[str, Any]] = [
        {"operation": "couriers.list", "times": None, "body": {"kind": "wrong-type", "at": "data"}},
        {"operation": "trackings.get", "times": None, "status": 500},
    ]
    only = [word for name in PLANTED.values() for word in ("--include-operation-id", name)]
    with mock_on_port() as url:
        for fault in faults:
            httpx.post(f"{url}/_mock/faults", json=fault, timeout=PATIENCE).raise_for_status()
        code, report, text = run(url, "2026-07.json?constraints=all", tmp_path, *only, "--phases", "coverage")
    assert code == 1, text
    found = {failure["title"]: failure["operations"] for failure in report["failures"]}
    assert {title: found[title] for title in PLANTED} == {
        "Response violates schema": ["GET /couriers"],
        "Server error": ["GET /trackings/{id}"],
        "Schema-violating request accepted": ["POST /couriers/detect"],
    }, text


def state_codes() -> dict[str, set[int]]:
    """By operation: the codes with status 400 that do not mean that a request breaks the schema."""
    found: dict[str, set[int]] = {}
    for version in target.versions():
        document = target.document(version)
        for operation in operations(document):
            codes = {
                code
                for code, kind in operation.error_codes.items()
                if kind == "state" and document["x-errors"][str(code)]["status"] == 400
            }
            if codes:
                found.setdefault(operation.identifier, set()).update(codes)
    return found


def test_each_exception_names_a_rule_of_the_mock_or_codes_of_a_state() -> None:
    """And there is no other exception."""
    text = SETTINGS.read_text("utf-8")
    settings = tomllib.loads(text)
    assert set(settings) == {
        "headers",
        "warnings",
        "continue-on-failure",
        "cache",
        "generation",
        "operations",
    }
    assert settings["generation"] == {"database": "none"}
    comments = [block.splitlines()[1] for block in text.split("[[operations]]")[1:]]
    assert len(comments) == len(settings["operations"])
    documented = state_codes()
    rules = {
        f"/x-mock/{name} == {value}"
        for version in target.versions()
        for operation in operations(target.document(version))
        for name, value in operation.definition.get("x-mock", {}).items()
    }
    for comment, exception in zip(comments, settings["operations"], strict=True):
        checks = exception.pop("checks")
        if "include-by" in exception:
            assert exception["include-by"] in rules
            assert exception["include-by"].split()[0].removeprefix("/x-mock/") in comment
            assert checks == {"negative_data_rejection": {"enabled": False}}
        else:
            codes = {int(code) for code in re.findall(r"\d+", comment.partition(":")[2])}
            assert {documented.pop(name) == codes for name in exception["include-operation-id"]} == {True}
            assert checks == {"positive_data_acceptance": {"expected-statuses": ANYWAY}}
    assert documented == {}, "list these operations in schemathesis.toml, below their codes"
