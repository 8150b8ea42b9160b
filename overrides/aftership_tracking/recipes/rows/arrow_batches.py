"""Trackings as Arrow record batches. Needs pyarrow, of the extra `parquet`, which is imported lazily."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.rows.flat_rows import Rows
from aftership_tracking.recipes.rows.flat_table import Kind
from aftership_tracking.recipes.rows.typed_rows import TypedTable
from aftership_tracking.runtime.models.model import Model

if TYPE_CHECKING:
    import pyarrow

__all__ = ["BATCH_SIZE", "ArrowTable", "check_batch_size", "to_arrow"]

BATCH_SIZE = 5_000


class ArrowTable:
    """The Arrow form of the typed rows of a tracking model.

    Raises UsageError for arguments that cannot work, and without pyarrow.
    """

    def __init__(self, model: type[Model], rows: Rows = "trackings", omit: Collection[str] = ()) -> None:
        self._pyarrow = _import_pyarrow()
        self._table = TypedTable(model, rows, omit)
        types = _types(self._pyarrow)
        self.schema = self._pyarrow.schema([(one.name, types[one.kind]) for one in self._table.columns])
        """The schema: it follows from the model, `rows` and `omit`, and never from the values."""

    def rows(self, tracking: Any) -> Iterator[dict[str, Any]]:
        """Yield the typed rows of a tracking."""
        return self._table.rows(tracking)

    def batch(self, rows: list[dict[str, Any]]) -> pyarrow.RecordBatch:
        """Return typed rows as one batch."""
        arrays = [
            self._pyarrow.array([row.get(field.name) for row in rows], type=field.type)
            for field in self.schema
        ]
        return self._pyarrow.RecordBatch.from_arrays(arrays, schema=self.schema)

    def reader(self, trackings: Iterable[Any], size: int) -> pyarrow.RecordBatchReader:
        """Return the batches of trackings as a stream of at least one, which may be empty."""
        return self._pyarrow.RecordBatchReader.from_batches(self.schema, self._stream(trackings, size))

    def _stream(self, trackings: Iterable[Any], size: int) -> Iterator[pyarrow.RecordBatch]:
        is_empty = True
        for batch in self.batches(trackings, size):
            is_empty = False
            yield batch
        if is_empty:
            # polars refuses a stream without any batch.
            yield self.batch([])

    def batches(self, trackings: Iterable[Any], size: int) -> Iterator[pyarrow.RecordBatch]:
        """Yield batches of so many rows; the last one may be smaller."""
        pending: list[dict[str, Any]] = []
        for tracking in trackings:
            pending.extend(self._table.rows(tracking))
            while len(pending) >= size:
                yield self.batch(pending[:size])
                del pending[:size]
        if pending:
            yield self.batch(pending)


def to_arrow(
    trackings: Iterable[Any],
    model: type[Model],
    *,
    rows: Rows = "trackings",
    omit: Collection[str] = (),
    batch_size: int = BATCH_SIZE,
) -> pyarrow.RecordBatchReader:
    """Return trackings as a stream of Arrow record batches, for pandas, polars, DuckDB and other readers.

    `trackings`: any iterable, such as `client.trackings.list(limit=200)`; it is read along with the stream.
    `model`: the `Tracking` of the API version. The schema follows from it, also without any tracking.
    `rows`: one for each tracking, one for each checkpoint, or one for each tracking with columns for people.
    `omit`: names of columns to leave out; the name of a time leaves its `_text` out too.
    `batch_size`: rows in a batch, which are in memory at the same time.

    Raises UsageError for arguments that cannot work, without pyarrow, and, while the stream is read, for a
    tracking of another API version. What reading a list raises comes out of the stream.
    """
    check_batch_size("batch_size", batch_size)
    if not isinstance(trackings, Iterable):
        raise UsageError(
            f"trackings must be an iterable, not {type(trackings).__name__}",
            hint="A stream of Arrow is not async: collect each page, or use the sync client.",
        )
    return ArrowTable(model, rows, omit).reader(trackings, batch_size)


def check_batch_size(name: str, size: int) -> None:
    """Raise UsageError for what cannot be a number of rows."""
    if type(size) is not int or size < 1:
        raise UsageError(f"{name} must be at least 1")


def _types(pyarrow: Any) -> dict[Kind, Any]:
    return {
        "text": pyarrow.string(),
        "json": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "timestamp": pyarrow.timestamp("us", tz="UTC"),
        "date": pyarrow.date32(),
    }


def _import_pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise UsageError(
            "Arrow and Parquet need pyarrow", hint='Install "aftership-tracking-client[parquet]".'
        ) from None
    return pyarrow
