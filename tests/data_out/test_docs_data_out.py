"""Every sample of docs/data-out.md runs as it is printed, and its tables are those of the code.

`make test` runs those that need only what is installed for it; `make dlt` runs all.
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
ELSEWHERE = ("dlt", "pandas", "polars")


def test_there_are_samples_for_both_runs() -> None:
    needed = [re.findall(r"^import (\w+)", sample, re.MULTILINE) for sample in SAMPLES]
    assert {name for names in needed for name in names} == {"time", "duckdb", *ELSEWHERE}
    assert sum(not set(names) & set(ELSEWHERE) for names in needed) >= 5


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_a_sample_runs(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for name in ELSEWHERE:
        if f"import {name}\n" in SAMPLES[number]:
            pytest.importorskip(name, reason="make dlt runs it")
    shop = Shop(3)
    # The samples use the clock of this machine.
    shop.clock.advance(days=(_today() - shop.clock.now()).days)
    for _ in range(3):
        shop.add()
    monkeypatch.chdir(tmp_path)
    for name, value in {"AFTERSHIP_API_KEY": "k", "RUNTIME__DLTHUB_TELEMETRY": "false"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    with shop.serve() as url:
        monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
        exec(compile(SAMPLES[number], f"sample {number}", "exec", dont_inherit=True), {"__name__": "sample"})
    assert capsys.readouterr().out or list(tmp_path.glob("changes-*.parquet"))


def _today() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)


def test_the_columns_for_people_are_those_of_the_page() -> None:
    table = PAGE.partition("### Columns for people")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert listed == [column.name for column in columns(Tracking, "shipments")]
