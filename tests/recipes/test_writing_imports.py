"""Every module of trackings imports the base of the resource, so this base imports nothing else."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import aftership_tracking.v2026_07.resources.trackings
import aftership_tracking.v2026_07.models
found = [name for name in {heavy!r} if name in sys.modules]
print(sorted(found))
"""
RECIPES = tuple(
    f"aftership_tracking.recipes.{name}"
    for name in ("actions", "bulk", "changes", "create_or_get", "wait_until")
)
OTHERS = ("sqlite3", "asyncio", "concurrent.futures", "httpx", "phonenumbers", "email_validator", "anyio")


def test_nothing_is_loaded_before_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(heavy=RECIPES + OTHERS)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "[]"
