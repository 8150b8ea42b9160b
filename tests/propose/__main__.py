"""Proposes every real version from its own document for other tools, and prints what was found.

    python -m tests.propose

Exit code 1 when a promise is broken.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from propose_support.steps import judge, problems, table
from spec_support import LATER


def main() -> int:
    """Print the table; return the exit code."""
    steps = []
    for version in LATER:
        with tempfile.TemporaryDirectory() as folder:
            steps.append(judge(version, Path(folder)))
    sys.stdout.write("\n".join(table(steps)) + "\n")
    broken = problems(steps)
    sys.stdout.write("".join(f"FAIL {problem}\n" for problem in broken))
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
