"""Writes the golden output again: `python tests/generator/update_golden.py`. Review the difference."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from generator.output.manifest import NAME  # noqa: E402
from generator.regenerate import regenerate  # noqa: E402
from generator_support.documents import CASES, GOLDEN  # noqa: E402


def main() -> int:
    """Regenerate each case. The manifest is left out: it changes with every change of the generator."""
    for case in CASES:
        folder = GOLDEN / case
        if regenerate(folder, None, False, print):
            return 1
        (folder / "generated" / NAME).unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
