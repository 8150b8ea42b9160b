"""The samples of docs/data-out.md that need pandas, polars or dlt run, and its tables are those of the code.

`make dlt` runs them, because only that installs these. The others: `tests/project/test_page_samples.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import Tracking
from aftership_tracking.export import columns
from data_out_support.shop import Shop

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-out.md").read_text("utf-8")
SAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["dlt", "pandas", "polars"])
def test_a_sample_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    pytest.importorskip(name, reason="make dlt runs it")
    (sample,) = [each for each in SAMPLES if f"import {name}\n" in each]
    shop = Shop(3)
    # The samples use the clock of this machine.
    shop.clock.advance(days=(_today() - shop.clock.now()).days)
    for _ in range(3):
        shop.add()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERSHIP_API_KEY", "k")
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    with shop.serve() as url:
        monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
        exec(compile(sample, f"sample of {name}", "exec", dont_inherit=True), {"__name__": "sample"})
    assert capsys.readouterr().out


def _today() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)


def test_the_columns_for_people_are_those_of_the_page() -> None:
    table = PAGE.partition("### Columns for people")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert listed == [column.name for column in columns(Tracking, "shipments")]
