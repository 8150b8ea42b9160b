"""pandas and polars read the stream of Arrow. `make dlt` runs this in an environment that has both."""

from __future__ import annotations

import pytest

pandas = pytest.importorskip("pandas", reason="make dlt runs it")
polars = pytest.importorskip("polars", reason="make dlt runs it")

from aftership_tracking import Tracking  # noqa: E402
from aftership_tracking.export import to_arrow  # noqa: E402
from reading_support.feed import feed  # noqa: E402


def test_pandas() -> None:
    for size in (0, 250):
        frame = to_arrow(feed(size), Tracking, rows="checkpoints", batch_size=100).read_pandas()
        assert len(frame) == size
        assert str(frame.dtypes["checkpoint_time"]).startswith("datetime64[us, UTC")
    assert frame["checkpoint_time"].dt.hour.unique().tolist() == [8]


def test_polars() -> None:
    for size in (0, 250):
        frame = polars.from_arrow(to_arrow(feed(size), Tracking, batch_size=100))
        assert frame.shape[0] == size
        assert frame.schema["created_at"] == polars.Datetime("us", "UTC")
    assert frame["created_at"].dt.month().unique().to_list() == [7]
