"""Print the figures as a table and write them to benchmarks/results.json."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from benchmarks import anatomy, calling, decoding, mocking, receiving, starting, tenants, webhooks
from benchmarks.figure import Figure

RESULTS = Path(__file__).parent / "results.json"


def table(figures: list[Figure]) -> str:
    lines = []
    for index, figure in enumerate(figures):
        if index == 0 or figures[index - 1].measured != figure.measured:
            lines += ["", figure.measured]
        lines.append(f"  {figure.who:<42}{figure.value:>8.2f}   {figure.budget}".rstrip())
    return "\n".join(lines)


def main() -> None:
    parts = (decoding, calling, anatomy, starting, tenants, webhooks, receiving, mocking)
    figures = [figure for part in parts for figure in part.figures()]
    print(f"Python {platform.python_version()}, {platform.machine()}. Ratios of one run; less is better.")
    print(table(figures))
    RESULTS.write_text(json.dumps([figure._asdict() for figure in figures], indent=2) + "\n", "utf-8")
    print(
        f"\nwritten to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}"
    )


if __name__ == "__main__":
    main()
