"""Calls every method of the official SDKs against the mock, with every way to sign, and prints a table.

    python -m tests.interop [WORD ...]

With words: only the SDKs whose name contains one of them. Exit code 1 when something failed that is not
known, or a known failure no longer happens.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from interop_support.run import run
from interop_support.sdks import ALL, NotInstalledError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "interop.md"


def main(words: list[str]) -> int:
    """Print the table; return the exit code."""
    chosen = [sdk for sdk in ALL if not words or any(word in f"{sdk.language} {sdk}" for word in words)]
    try:
        report = run(chosen, lambda line: sys.stderr.write(f"{line}\n"))
    except NotInstalledError as error:
        sys.stderr.write(f"An SDK cannot be tried: {error}\n")
        return 1
    complaints = [*report.complaints]
    if chosen == list(ALL) and "\n".join(report.table) not in PAGE.read_text("utf-8"):
        complaints.append(f"docs/{PAGE.name} shows another table: put this one there")
    sys.stdout.write("\n".join([*report.table, "", *complaints, report.summary, ""]))
    return 1 if complaints or not report.calls else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
