"""Every budget of `make bench`, and how a run is judged by them. Less is better, everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """The promise for one figure."""

    name: str
    most: float
    aim: float | None = None
    """What would be better still."""

    def __str__(self) -> str:
        aim = f", aim {self.aim:g}" if self.aim is not None else ""
        return f"at most {self.most:g}{aim}"


PAGE = Budget(name="read a page", most=0.7, aim=0.6)
PAGE_WITH_SURPRISES = Budget(name="read a page, looking for surprises", most=0.85, aim=0.75)
PAGE_MEMORY = Budget(name="memory of a page, MiB", most=4)
GET = Budget(name="one get", most=0.9)
START = Budget(name="import and build a client", most=0.7)
HELP = Budget(name="help of the command", most=2)
WEBHOOK = Budget(name="verify and read a webhook", most=1.2)
WEBHOOK_START = Budget(name="import and build a webhook verifier", most=0.3)
DELIVERY = Budget(name="a delivery stored in SQLite, alone", most=3)
DELIVERIES = Budget(name="deliveries stored in SQLite, 50 at once", most=3)
DELIVERY_BESIDE_SQLITE = Budget(name="a delivery, against a handler by hand that stores its id", most=1.5)
MOCK_LIST = Budget(name="mock against Prism, 20 trackings", most=0.25)
MOCK_EMPTY_LIST = Budget(name="mock against Prism, no trackings", most=0.25)
MOCK_START = Budget(name="start of the mock, seconds", most=1)
DEPENDENCIES = Budget(name="packages that come with the client", most=11)
DEPENDENCIES_SIZE = Budget(name="size of these packages, MiB", most=4)
REGENERATE_ALL = Budget(name="regenerate all versions, seconds", most=20)
REGENERATE_ONE = Budget(name="regenerate one version, seconds", most=3)

BUDGETS = (
    PAGE,
    PAGE_WITH_SURPRISES,
    PAGE_MEMORY,
    GET,
    START,
    HELP,
    WEBHOOK,
    WEBHOOK_START,
    DELIVERY,
    DELIVERIES,
    DELIVERY_BESIDE_SQLITE,
    MOCK_LIST,
    MOCK_EMPTY_LIST,
    MOCK_START,
    DEPENDENCIES,
    DEPENDENCIES_SIZE,
    REGENERATE_ALL,
    REGENERATE_ONE,
)


class Verdict(StrEnum):
    HELD = "held"
    MISSED = "missed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    budget: Budget
    verdict: Verdict
    value: float | None
    """The largest value that the budget is about, or None."""

    def __str__(self) -> str:
        value = "" if self.value is None else f"{self.value:.2f}"
        return f"{self.verdict:<14}{value:>7}   {self.budget.name}: {self.budget}"


def judge(values: Sequence[tuple[Budget, float]], budgets: Sequence[Budget] = BUDGETS) -> list[Judgement]:
    """Judge each budget by the values that a run has for it. A budget may be about several of them.

    Raises `ValueError` for a value whose budget is not in the list.
    """
    unknown = {budget.name for budget, _ in values} - {budget.name for budget in budgets}
    if unknown:
        raise ValueError(f"not in the list of budgets: {', '.join(sorted(unknown))}")
    judged: list[Judgement] = []
    for budget in budgets:
        worst = max((value for of, value in values if of == budget), default=None)
        if worst is None:
            verdict = Verdict.NOT_MEASURED
        else:
            verdict = Verdict.HELD if worst <= budget.most else Verdict.MISSED
        judged.append(Judgement(budget=budget, verdict=verdict, value=worst))
    return judged
