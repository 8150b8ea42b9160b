"""The figures of one whole run, as results.json stores them: when, where, and how they were judged."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aftership_tracking import __version__
from benchmarks.figure import Figure
from benchmarks.report.budgets import BUDGETS, Judgement, judge

RESULTS = Path(__file__).parents[1] / "results.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What a run was made with."""

    day: str
    package: str
    python: str
    system: str
    cores: int


def describe_run() -> Run:
    """Describe the run that is made now, on this machine."""
    return Run(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        package=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{sys.platform} {platform.machine()}",
        cores=os.cpu_count() or 1,
    )


def judge_figures(figures: Sequence[Figure]) -> list[Judgement]:
    return judge([(figure.budget, figure.value) for figure in figures if figure.budget])


def write_results(run: Run, figures: Sequence[Figure]) -> str:
    """Return the text of results.json."""
    content = {
        "day": run.day,
        "package": run.package,
        "python": run.python,
        "system": run.system,
        "cores": run.cores,
        "figures": [
            {"measured": one.measured, "who": one.who, "value": one.value, **_name_budget(one)}
            for one in figures
        ],
        "budgets": {one.budget.name: one.verdict.value for one in judge_figures(figures)},
    }
    return json.dumps(content, indent=2) + "\n"


def _name_budget(figure: Figure) -> dict[str, str]:
    return {"budget": figure.budget.name} if figure.budget else {}


def read_results(text: str) -> tuple[Run, list[Figure]]:
    """Read what `write_results` wrote. Raises `KeyError` for a budget that is not there any more."""
    content: dict[str, Any] = json.loads(text)
    budgets = {budget.name: budget for budget in BUDGETS}
    run = Run(**{name: content[name] for name in ("day", "package", "python", "system", "cores")})
    figures = [
        Figure(one["measured"], one["who"], one["value"], budgets[one["budget"]] if "budget" in one else None)
        for one in content["figures"]
    ]
    return run, figures
