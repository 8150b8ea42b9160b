"""The file of accepted findings. It should stay empty; an entry needs a reason and an end."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

REQUIRED_FIELDS = ("operation", "check", "failure", "signature", "reason", "expires")


def baseline_problems(path: Path, today: date) -> list[str]:
    """Return what is wrong with the baseline file: entries without reason or end, and expired entries."""
    document = json.loads(path.read_text(encoding="utf-8"))
    problems = []
    for number, entry in enumerate(document["entries"]):
        problems += [
            f"entry {number}: no {name}"
            for name in REQUIRED_FIELDS
            if not isinstance(entry.get(name), str) or (name != "signature" and not entry[name].strip())
        ]
        try:
            ended = date.fromisoformat(entry.get("expires") or "") < today
        except ValueError:
            problems.append(f"entry {number}: expires is not a date")
        else:
            if ended:
                problems.append(f"entry {number}: accepted only until {entry['expires']}")
    return problems
