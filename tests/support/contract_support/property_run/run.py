"""Runs schemathesis in this process from a document against an ASGI application, and reports.

Every phase, every check and every operation, with a fixed seed. The result is a plain record: the findings,
how much was sent, and what was reached.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.baseline import Baseline
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.openapi.checks import EnsureResourceAvailability

from contract_support.calls.api import API_KEY
from contract_support.calls.asgi import meta_code
from contract_support.document.forgiving import widen
from contract_support.document.operations import operations
from contract_support.document.stricter import tighten
from contract_support.property_run.deleted_elsewhere import was_deleted_elsewhere
from contract_support.property_run.excuses import failure_filter, is_another_path
from contract_support.property_run.plausible import body_map, list_map, path_map
from contract_support.property_run.reached import Reached

PHASES = ("examples", "coverage", "fuzzing", "stateful")
SINGLE = ("examples", "coverage", "fuzzing")
CHAINS = ("stateful",)
# Long enough to get past the calls without links, which come first in a chain and mostly lead nowhere.
CHAIN_STEPS = 30
# In the usual run the versions between the oldest and the newest get fewer examples: one of the two has
# nearly all that they have, and the coverage phase, which does not depend on examples, is the same for all.
DEFAULT_EXAMPLES = 10
BETWEEN_EXAMPLES = 6
# With fewer chains, all of them may lead nowhere.
FEWEST_CHAINS = 12
DEFAULT_SEED = 1

AsgiApplication = Callable[..., Any]


@dataclass(frozen=True)
class Settings:
    """How much to send. `examples` counts the generated cases per operation of the fuzzing phase."""

    examples: int = DEFAULT_EXAMPLES
    seed: int = DEFAULT_SEED
    phases: tuple[str, ...] = PHASES
    operations: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()

    @classmethod
    def from_environment(
        cls,
        phases: tuple[str, ...] = PHASES,
        slugs: tuple[str, ...] = (),
        examples: int = DEFAULT_EXAMPLES,
    ) -> Settings:
        """Read CONTRACT_EXAMPLES and CONTRACT_SEED; without the first, `examples` counts."""
        return cls(
            examples=max(
                int(os.environ.get("CONTRACT_EXAMPLES", examples)), FEWEST_CHAINS if phases == CHAINS else 1
            ),
            seed=int(os.environ.get("CONTRACT_SEED", DEFAULT_SEED)),
            phases=phases,
            slugs=slugs,
        )


@dataclass(frozen=True)
class Finding:
    """One thing that document and server disagree about."""

    operation: str
    phase: str
    check: str
    message: str
    request: str = ""

    def __str__(self) -> str:
        return f"{self.operation} [{self.phase}, {self.check}] {self.message}\n    {self.request}".rstrip()


@dataclass
class Report:
    """What one run found and did."""

    settings: Settings
    reached: Reached
    findings: list[Finding] = field(default_factory=list)
    excused: list[tuple[str, int]] = field(default_factory=list)
    cases: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        document = self.reached.document
        self.operations = {operation.label: operation for operation in operations(document)}
        self.error_statuses = {
            int(code): entry["status"] for code, entry in document.get("x-errors", {}).items()
        }

    def distinct_findings(self) -> list[Finding]:
        """Return one finding per operation, check and first line of the message; the others repeat these."""
        seen: dict[tuple[str, str, str], Finding] = {}
        for item in self.findings:
            seen.setdefault((item.operation, item.check, item.message.split("\n\n")[0]), item)
        return list(seen.values())

    def summary(self) -> str:
        parts = [f"{phase} {count} cases {self.seconds[phase]:.1f} s" for phase, count in self.cases.items()]
        return (
            f"seed {self.settings.seed}, {self.settings.examples} examples, "
            f"{len(self.reached.statuses)} operations: {'; '.join(parts)}; "
            f"{len(self.findings)} findings, {len(self.excused)} refusals by state excused"
        )


def run(
    document: Mapping[str, Any],
    application: AsgiApplication,
    settings: Settings,
    baseline: Path | None = None,
    forget: Callable[[], None] | None = None,
) -> Report:
    """Send everything and check every response.

    Args:
        document: the composed document; it is not changed.
        application: serves the paths of the document's first server.
        settings: phases, seed and size of the run.
        baseline: file of accepted findings.
        forget: clears the state of the server; called before each chain of requests. A chain that depends on
            an earlier chain cannot be repeated, and the phase ends when it notices that.
    """
    report = Report(settings=settings, reached=Reached(document))
    schema = _schema(document, application, settings, report)
    if forget is not None:
        _forget_before_chains(schema, forget)
    accepted = Baseline.load(baseline) if baseline is not None else None
    started = time.monotonic()
    for event in from_schema(schema).execute():
        if isinstance(event, events.PhaseStarted):
            started = time.monotonic()
        elif isinstance(event, events.PhaseFinished):
            report.seconds[event.phase.name.value.lower()] = time.monotonic() - started
        elif isinstance(event, events.NonFatalError):
            # No check failed, but something could not be tested: that is as bad as a finding.
            report.findings.append(
                Finding(event.label, _phase(event.phase), "engine", str(event.info.format()))
            )
        elif isinstance(event, events.FatalError):
            report.findings.append(Finding("run", "", "engine", repr(event.exception)))
        elif isinstance(event, events.ScenarioFinished):
            _collect(event, report, accepted)
    return report


def _schema(
    document: Mapping[str, Any], application: AsgiApplication, settings: Settings, report: Report
) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": settings.seed,
            "headers": {"as-api-key": API_KEY},
            "continue-on-failure": True,
            "warnings": False,
            "cache": {"enabled": False},
            "generation": {
                "mode": "all",
                "max-examples": settings.examples,
                "deterministic": True,
                "database": "none",
                # Drawn signatures would be refused before anything else is checked.
                "with-security-parameters": False,
            },
            "phases": {
                **{phase: {"enabled": phase in settings.phases} for phase in PHASES},
                "stateful": {"enabled": "stateful" in settings.phases, "max-steps": CHAIN_STEPS},
            },
        }
    )
    # The loader may change its argument, so it gets a copy.
    schema: Any = schemathesis.openapi.from_dict(widen(tighten(document)), config=config)
    schema.app = application
    schema.location = "/openapi.json"
    # Only on this schema: a global hook would leak into other runs of the process.
    schema.hooks.register_hook_with_name(failure_filter(document, report.excused), "filter_failure")
    schema.hooks.register_hook_with_name(body_map(settings.slugs), "map_body")
    schema.hooks.register_hook_with_name(path_map(document), "map_path_parameters")
    if settings.phases == CHAINS:
        schema.hooks.register_hook_with_name(list_map(document), "map_case")
    if settings.operations:
        schema = schema.include(operation_id=list(settings.operations))
    return schema


def _forget_before_chains(schema: Any, forget: Callable[[], None]) -> None:
    build = schema.build_state_machine

    def build_state_machine(**options: Any) -> Any:
        class Forgetful(build(**options)):  # type: ignore[misc]
            def __init__(self) -> None:
                forget()
                super().__init__()

        return Forgetful

    schema.build_state_machine = build_state_machine


def _collect(event: events.ScenarioFinished, report: Report, accepted: Baseline | None) -> None:
    """Collect what one scenario did: its requests for the accounting, its failures as findings."""
    phase = _phase(event.phase)
    recorder = event.recorder
    report.cases[phase] += len(recorder.interactions)
    for identifier, interaction in recorder.interactions.items():
        case = recorder.cases[identifier].value
        operation = case.operation
        request, response = interaction.request, interaction.response
        if response is None:
            report.findings.append(Finding(operation.label, phase, "transport", "no response came"))
        elif request.method == operation.method.upper() and not is_another_path(case):
            report.reached.record(
                operation.label, request.uri, request.headers, request.body, response.status_code
            )
            report.findings += _own_findings(report, operation.label, phase, interaction)
    for identifier, checks in recorder.checks.items():
        for check in checks:
            report.checks[check.name] += 1
            if check.status is Status.ERROR:
                report.findings.append(Finding(recorder.label, phase, check.name, "the check crashed"))
            if check.failure_info is not None:
                report.findings += _finding_of(check, recorder, identifier, report, phase, accepted)


def _finding_of(
    check: CheckNode,
    recorder: ScenarioRecorder,
    identifier: str,
    report: Report,
    phase: str,
    accepted: Baseline | None,
) -> list[Finding]:
    """Turn a failed check into a finding, unless the baseline or an earlier deletion explains it."""
    assert check.failure_info is not None
    failure = check.failure_info.failure
    if accepted is not None and accepted.match(failure, check.name) is not None:
        return []
    if isinstance(failure, EnsureResourceAvailability) and was_deleted_elsewhere(
        recorder, identifier, report.operations
    ):
        return []
    message = f"{failure.title}: {failure.message}"
    operation = failure.operation or recorder.label
    return [Finding(operation, phase, check.name, message, check.failure_info.code_sample)]


def _own_findings(report: Report, label: str, phase: str, interaction: Any) -> list[Finding]:
    """Check every response ourselves: its status and its `meta.code` are declared for the operation."""
    status = interaction.response.status_code
    request = f"{interaction.request.method} {interaction.request.uri}"
    operation = report.operations[label]
    found = []
    if operation.response_for(status) is None:
        # The checks of schemathesis skip the requests that checks send, such as those without a key.
        found.append(Finding(label, phase, "declared_status", f"{status} is not declared", request))
    if status >= 400:
        code = meta_code(interaction.response.content)
        if code not in operation.error_codes or report.error_statuses.get(code) != status:
            message = f"{status} with code {code} is not documented"
            found.append(Finding(label, phase, "documented_meta_code", message, request))
    return found


def _phase(phase: Any) -> str:
    return phase.value.lower() if phase is not None else ""
