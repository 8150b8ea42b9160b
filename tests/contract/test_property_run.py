"""Property tests of the whole API: examples, coverage, fuzzing and stateful, every operation, every check.

Single requests go to the oldest version and the newest; `test_schemathesis_command.py` takes another one
each day. They have to reach every operation, success, refusal and parameter, with valid and with invalid
values. Chains run in two of three versions, on another day in others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from contract_support import target
from contract_support.document.operations import operation_named
from contract_support.property_run.baseline import baseline_problems
from contract_support.property_run.renewal import RenewingApplication
from contract_support.property_run.run import CHAINS, SINGLE, Report, run
from version_sample import ALL, some

BASELINE = Path(__file__).with_name("baseline.json")
SUMMARY = "contract-summary"

# Every check of schemathesis except the one for slow responses. A new check must be added here on purpose.
CHECKS = {
    "allow_header_conformance",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}

ENDS = (target.versions()[0], target.versions()[-1])

Record = Callable[[str, object], None]


def check(report: Report, record: Record) -> Report:
    """Record the summary of a run and fail on every finding."""
    record(SUMMARY, report.summary())
    assert not report.findings, "\n".join([report.summary(), *map(str, report.distinct_findings())])
    return report


@pytest.mark.parametrize("version", target.versions() if ALL else ENDS)
def test_single_requests(version: str, record_property: Record) -> None:
    document = target.document(version)
    settings = target.settings(version, SINGLE)
    creation = operation_named(document, "create-tracking")
    application = RenewingApplication(target.fresh_mock(), creation.definition["x-unwrap"])
    report = check(run(document, application, settings, BASELINE), record_property)
    assert report.reached.missing() == []
    assert set(report.checks) == CHECKS


@pytest.mark.parametrize("version", some(target.some_versions(), 2))
def test_chains_of_requests(version: str, record_property: Record) -> None:
    document, mock = target.document(version), target.fresh_mock()
    settings = target.settings(version, CHAINS)
    forget = partial(target.restart, mock, document)
    report = check(run(document, mock, settings, BASELINE, forget=forget), record_property)
    # Chains that lead nowhere prove nothing. Which operations they reach is random; a third must be reached.
    assert len(report.operations) - len(report.reached.missing_successes()) >= len(report.operations) / 3


def test_there_is_something_to_test() -> None:
    # Without versions, every test that is parametrized by version would be empty, and pass.
    assert "2024-01" in target.versions()


def test_baseline_entries_have_a_reason_and_an_end() -> None:
    assert baseline_problems(BASELINE, datetime.now(UTC).date()) == []
