"""How results of the search are ordered: `docs/site/search-scorer.js`, in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from patience import PATIENCE

SCORER = Path(__file__).resolve().parents[2] / "docs" / "site" / "search-scorer.js"


def order(query: str, *pages: str) -> list[str]:
    """Return pages that have the same words, the best first."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    program = (
        f"global.window = {{location: {{search: '?q=' + encodeURIComponent({json.dumps(query)})}}}};\n"
        f"{SCORER.read_text('utf-8')}\n"
        f"const score = (page) => Scorer.score([page, 'A title', '', null, 15, page]);\n"
        f"console.log(JSON.stringify({json.dumps(pages)}.sort((a, b) => score(b) - score(a))));"
    )
    done = subprocess.run([node, "-e", program], capture_output=True, text=True, timeout=PATIENCE, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_plain_words_find_guides_first() -> None:
    model, maintainer = "reference/python/2026-07/models", "releasing"
    assert order("late parcels", model, maintainer, "reading") == ["reading", model, maintainer]
    assert order("wrong courier slug", maintainer, model, "mock", "couriers")[:2] == ["couriers", "mock"]


def test_a_name_from_code_is_not_moved_behind_guides() -> None:
    model = "reference/python/2026-07/models"
    for name in ("on_time_status", "Tracking.tag", "RateLimitError"):
        assert order(name, model, "mock") == [model, "mock"]
        assert order(name.lower().replace("_", "").replace(".", ""), model, "mock") == ["mock", model]
