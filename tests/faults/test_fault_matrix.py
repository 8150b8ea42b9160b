"""Every fault of the matrix, with both clients: the right result, the right number of requests, no hang and
no leak.

`python -m tests.faults` prints the same cases as a table.
"""

from __future__ import annotations

import pytest

from fault_support.case import Case
from fault_support.case_player import play_both
from fault_support.matrix import CASES


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of a proxy, which would stand between client and server."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "AFTERSHIP_TRACKING_SDK_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(case: Case) -> None:
    outcomes = play_both(case)
    assert {variant: outcome.complaints(case) for variant, outcome in outcomes.items()} == {
        variant: [] for variant in outcomes
    }


def test_names_are_different() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
