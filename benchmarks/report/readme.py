"""The table of figures in README.md: all of it from one run, which results.json stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import calling, decoding, default_output, footprint, mocking, peers, starting
from benchmarks.figure import Figure
from benchmarks.report.budgets import Verdict
from benchmarks.report.results import Run, judge_figures

README = Path(__file__).parents[2] / "README.md"
BEGIN = "<!-- Figures: written by python -m benchmarks --readme, from benchmarks/results.json. -->"
END = "<!-- End of the figures. -->"
COLUMNS = ("", "this client", "official SDK 10.0.1", "openapi-python-client", "httpx and `json.loads`")
NO_FIGURE, NOT_MEASURED = "-", "not measured"
CLIENT, SDK, DEFAULT = "client", peers.OFFICIAL_SDK, default_output.WHO


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the table: where each cell comes from, in the order of the columns."""

    text: str
    cells: tuple[tuple[str, str] | str, ...]
    """The figure as what was measured and who, or the text of the cell."""
    digits: int = 2


def _compare(text: str, row: str, *others: str, base: str = "1") -> Line:
    """A line whose first cells are about one thing; the last column is what the others are compared with."""
    cells: list[tuple[str, str] | str] = [(row, who) for who in (CLIENT, *others)]
    cells += [NO_FIGURE] * (len(COLUMNS) - 2 - len(cells))
    return Line(text=text, cells=(*cells, base))


PEERS = (CLIENT, SDK, DEFAULT)
LINES = (
    _compare("CPU to read a page of 200 trackings (`json.loads`: 1)", decoding.ROW, SDK, DEFAULT),
    Line(
        text="memory of that page, MiB",
        cells=tuple((decoding.MEMORY, who) for who in (*PEERS, "json.loads")),
        digits=1,
    ),
    _compare("CPU of one get", calling.ROW, SDK, DEFAULT),
    _compare("CPU to import it and build a client (`import httpx`: 1)", starting.ROW, SDK),
    _compare("the same, up to the first response", starting.FIRST, SDK, base=NO_FIGURE),
    Line(
        text="packages that come with it",
        cells=tuple((footprint.NUMBER, who) for who in (*PEERS, "httpx")),
        digits=0,
    ),
    Line(
        text="size of these packages, MiB",
        cells=tuple((footprint.SIZE, who) for who in (*PEERS, "httpx")),
        digits=1,
    ),
)
MOCK = mocking.BESIDE_PRISM.format(mocking.LISTS[20][0])


def write_table(run: Run, figures: Sequence[Figure]) -> str:
    """Return what stands between the two marks."""
    values = {(one.measured, one.who): one.value for one in figures}

    def cell(source: tuple[str, str] | str, digits: int) -> str:
        if isinstance(source, str):
            return source
        return f"{values[source]:.{digits}f}" if source in values else NOT_MEASURED

    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    rows += [(line.text, *(cell(source, line.digits) for source in line.cells)) for line in LINES]
    table = "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)
    mock = cell((MOCK, "mock"), 2)
    beside_prism = f"The mock needs {mock} of the CPU of Prism 5 for a list of 20 trackings. "
    verdicts = [one.verdict for one in judge_figures(figures)]
    return (
        f"{table}\n\nLess is better. {'' if mock == NOT_MEASURED else beside_prism}Measured on {run.day}:\n"
        f"version {run.package}, {run.python}, {run.system}, {run.cores} cores. "
        f"{verdicts.count(Verdict.HELD)} of {len(verdicts)} budgets are held."
    )


def update_readme(text: str, table: str) -> str:
    """Return README.md with this table between its marks. Raises `ValueError` unless each is there once."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"README.md needs the marks once and in this order: {BEGIN} {END}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
