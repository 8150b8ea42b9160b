"""The file of an import, and what its result file says."""

from __future__ import annotations

import csv
from pathlib import Path


def write(text: str, name: str = "given.csv") -> Path:
    file = Path(name)
    file.write_bytes(text.encode())
    return file


def results(name: str = "given.csv.results.csv") -> list[dict[str, str]]:
    with Path(name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
