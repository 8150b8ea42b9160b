"""All cases of the fault matrix, and the table that is printed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fault_support import cases_connection, cases_protocol, cases_service
from fault_support.case import Case
from fault_support.judge import Outcome, play_both

__all__ = ["CASES", "Row", "heading", "rows", "written"]

CASES: tuple[Case, ...] = (*cases_connection.CASES, *cases_protocol.CASES, *cases_service.CASES)
"""Connection, protocol, service."""

Row = tuple[Case, dict[str, Outcome]]


def rows(cases: Iterable[Case] = CASES) -> Iterator[Row]:
    """Play every case with both clients."""
    for case in cases:
        yield case, play_both(case)


def written(row: Row) -> str:
    """Write one line of the table; it ends with what is wrong, if anything is."""
    case, outcomes = row
    wrong = {colour: outcome.complaints(case) for colour, outcome in outcomes.items()}
    cells = [
        case.name,
        case.expected,
        *(outcome.said for outcome in outcomes.values()),
        "/".join(str(outcome.requests) for outcome in outcomes.values()),
        "/".join(str(len(outcome.leaks)) for outcome in outcomes.values()),
    ]
    line = " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    told = [f"{colour}: {complaint}" for colour, found in wrong.items() for complaint in found]
    return "\n".join([f"{'FAIL' if told else 'ok  '} {line}".rstrip(), *(f"       {each}" for each in told)])


HEADINGS = ("fault", "promised", "sync", "async", "requests", "leaks")
WIDTHS = (66, 26, 26, 26, 8, 5)


def heading() -> str:
    """Write the first lines of the table."""
    line = "     " + " | ".join(name.ljust(width) for name, width in zip(HEADINGS, WIDTHS, strict=True))
    return f"{line.rstrip()}\n{'-' * len(line)}"
