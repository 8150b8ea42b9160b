"""Print the figures as a table, judge the budgets, and write the figures to results.json and README.md."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from types import ModuleType

from benchmarks import (
    anatomy,
    calling,
    decoding,
    exporting,
    footprint,
    mocking,
    receiving,
    regenerating,
    starting,
    tenants,
    webhooks,
)
from benchmarks.figure import Figure
from benchmarks.report.budgets import Verdict
from benchmarks.report.readme import README, update_readme, write_table
from benchmarks.report.results import RESULTS, describe_run, judge_figures, read_results, write_results

PARTS: dict[str, ModuleType] = {
    part.__name__.rpartition(".")[2]: part
    for part in (
        decoding,
        exporting,
        calling,
        anatomy,
        starting,
        tenants,
        webhooks,
        receiving,
        mocking,
        footprint,
        regenerating,
    )
}


def table(figures: Sequence[Figure]) -> str:
    lines = []
    for index, figure in enumerate(figures):
        if index == 0 or figures[index - 1].measured != figure.measured:
            lines += ["", figure.measured]
        lines.append(f"  {figure.who:<48}{figure.value:>8.2f}   {figure.budget or ''}".rstrip())
    return "\n".join(lines)


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        metavar="NAME",
        help=f"measure this part, and write nothing; may be repeated: {', '.join(PARTS)}",
    )
    parser.add_argument(
        "--readme",
        action="store_true",
        help="measure nothing: write the table of README.md from results.json",
    )
    parser.add_argument("--strict", action="store_true", help="end with 1 unless every budget is held")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    chosen = read_arguments(arguments)
    if chosen.readme:
        write_readme()
        return 0
    run = describe_run()
    names = chosen.only or list(PARTS)
    figures = [figure for name in names for figure in PARTS[name].figures()]
    print(f"Python {platform.python_version()}, {platform.machine()}. Ratios of one run; less is better.")
    print(table(figures))
    judged = judge_figures(figures)
    if chosen.only:
        judged = [one for one in judged if one.verdict is not Verdict.NOT_MEASURED]
    print("", "Budgets:", *(f"  {one}" for one in judged), sep="\n")
    if chosen.only:
        print("\nresults.json stores whole runs only, so it was not changed.")
    else:
        RESULTS.write_text(write_results(run, figures), "utf-8")
        write_readme()
        print(f"\nwritten to {RESULTS.name}, and the table to {README.name}")
    return int(chosen.strict and any(one.verdict is not Verdict.HELD for one in judged))


def write_readme() -> None:
    """Write the table of README.md from results.json."""
    run, figures = read_results(RESULTS.read_text("utf-8"))
    README.write_text(update_readme(README.read_text("utf-8"), write_table(run, figures)), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
