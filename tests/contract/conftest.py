"""Prints the seed and size of the contract tests, and a summary of the runs at the end."""

from __future__ import annotations

import os

import pytest

from contract_support.property_run.run import BETWEEN_EXAMPLES, Settings

SUMMARY = "contract-summary"


def pytest_report_header() -> str:
    settings = Settings.from_environment()
    size = os.environ.get("CONTRACT_EXAMPLES") or f"{settings.examples} ({BETWEEN_EXAMPLES} between)"
    return f"contract: CONTRACT_SEED={settings.seed} CONTRACT_EXAMPLES={size}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == SUMMARY
    ]
    if lines:
        terminalreporter.section("contract runs")
        for line in lines:
            terminalreporter.write_line(line)
