"""All cases of the fault matrix, and the table of their results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fault_support import cases_connection, cases_protocol, cases_service
from fault_support.case import Case
from fault_support.case_player import Outcome, play_both

__all__ = ["CASES", "Row", "format_row", "heading", "rows"]

CASES: tuple[Case, ...] = (*cases_connection.CASES, *cases_protocol.CASES, *cases_service.CASES)
"""Connection, protocol, service."""

Row = tuple[Case, dict[str, Outcome]]


def rows(cases: Iterable[Case] = CASES) -> Iterator[Row]:
    """Play every case with both clients."""
    for case in cases:
        yield case, play_both(case)


def format_row(row: Row) -> str:
    """Format one line of the table, followed by a line for each broken promise."""
    case, outcomes = row
    complaints = {variant: outcome.complaints(case) for variant, outcome in outcomes.items()}
    cells = [
        case.name,
        case.expected,
        *(outcome.results for outcome in outcomes.values()),
        "/".join(str(outcome.requests) for outcome in outcomes.values()),
        "/".join(str(len(outcome.leaks)) for outcome in outcomes.values()),
    ]
    line = " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    listed = [f"{variant}: {complaint}" for variant, found in complaints.items() for complaint in found]
    return "\n".join(
        [f"{'FAIL' if listed else 'ok  '} {line}".rstrip(), *(f"       {each}" for each in listed)]
    )


HEADINGS = ("fault", "promised", "sync", "async", "requests", "leaks")
WIDTHS = (66, 26, 26, 26, 8, 5)


def heading() -> str:
    """Format the first lines of the table."""
    line = "     " + " | ".join(name.ljust(width) for name, width in zip(HEADINGS, WIDTHS, strict=True))
    return f"{line.rstrip()}\n{'-' * len(line)}"
