"""A source for dlt: trackings and their checkpoints in a database, and from then on what changed.

    import dlt

    from aftership_tracking import AfterShip
    from aftership_tracking.dlt import aftership_source

    with AfterShip() as client:
        pipeline = dlt.pipeline("parcels", destination="duckdb", dataset_name="aftership")
        pipeline.run(aftership_source(client))

Needs the extra `dlt`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError, UsageError
from aftership_tracking.recipes.changes.state import dump_state_and_seen, load_state_and_seen
from aftership_tracking.recipes.rows.arrow_batches import BATCH_SIZE, ArrowTable
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.client import SyncClient

if TYPE_CHECKING:
    import pyarrow

__all__ = ["aftership_source"]

_STATE = "changes"
_REMOVED = "is_removed"
_ID = "id"
_CHECKPOINT_ID = ("tracking_id", "position")


def aftership_source(
    client: Any,
    *,
    since: dt.datetime | dt.timedelta | str | None = None,
    overlap: float = 600.0,
    **filters: Any,
) -> Any:
    """Return a source of dlt with two resources, which are read together and merged into two tables.

    * `trackings`: a row for each tracking, by `id`
    * `checkpoints`: a row for each checkpoint, by `tracking_id` and `position`. The checkpoints of a tracking
      that changed replace those that it had

    The first run loads everything that can be listed, or what changed after `since`; each later run loads
    what changed since the one before. How far it was read is part of the state of the pipeline, so it is
    stored with the rows or not at all. A tracking that is deleted at the service is not reported by it, and
    its rows stay.

    `client`: a sync client of any API version. It stays open.
    `since`, `overlap`, `filters`: as for `client.trackings.changes`.

    Raises UsageError for arguments that cannot work, and without dlt or pyarrow. Running it raises what dlt
    makes of the errors of `changes`.
    """
    dlt = _import_dlt()
    model = _model_of(client)
    trackings_table = ArrowTable(model)
    checkpoints_table = ArrowTable(model, "checkpoints")
    # Refuses arguments that cannot work before a pipeline begins.
    client.trackings.changes(since=since, overlap=overlap, **filters)

    def read() -> Iterator[list[Any]]:
        state = _PipelineState(dlt.current.resource_state())
        changes = client.trackings.changes(since=since, overlap=overlap, state=state, **filters)
        yield from _read_once(changes, state)

    def make_trackings(items: list[Any]) -> Iterator[pyarrow.Table]:
        for batch in trackings_table.batches(items, BATCH_SIZE):
            yield _as_table(batch, (_ID,))

    def make_checkpoints(items: list[Any]) -> Iterator[pyarrow.Table]:
        for batch in checkpoints_table.batches(items, BATCH_SIZE):
            yield _as_table(batch, _CHECKPOINT_ID, is_removed=False)
        # A row that removes: without it, a tracking that lost all its checkpoints would not be merged.
        without: list[dict[str, Any]] = [
            dict(zip(_CHECKPOINT_ID, (one.id, -1), strict=True)) for one in items if not _events(one)
        ]
        if without:
            yield _as_table(checkpoints_table.batch(without), _CHECKPOINT_ID, is_removed=True)

    resource = dlt.resource(read, name=_STATE, selected=False)
    settings = {"write_disposition": "merge", "data_from": resource}
    trackings = dlt.transformer(make_trackings, name="trackings", primary_key=_ID, **settings)
    checkpoints = dlt.transformer(
        make_checkpoints,
        name="checkpoints",
        primary_key=list(_CHECKPOINT_ID),
        merge_key=_CHECKPOINT_ID[0],
        columns={_REMOVED: {"data_type": "bool", "hard_delete": True}},
        **settings,
    )

    @dlt.source(name="aftership")  # type: ignore[untyped-decorator]
    def source() -> Any:
        return resource, trackings, checkpoints

    return source()


class _PipelineState:
    """The state of `changes`, as a part of the state of the pipeline. dlt stores it with the rows."""

    def __init__(self, stored: MutableMapping[str, Any]) -> None:
        self._stored = stored

    def load(self) -> str | None:
        """Return what was saved last."""
        text = self._stored.get(_STATE)
        return None if text is None else str(text)

    def save(self, text: str, /) -> None:
        """Put it into the state of the pipeline, which is stored when everything was read."""
        self._stored[_STATE] = text

    def forget(self, identifiers: Iterable[str]) -> None:
        """Make the next reading return these trackings once more."""
        text = self.load()
        if text is not None:
            state, seen = load_state_and_seen(text, "of the pipeline")
            for identifier in identifiers:
                seen.pop(identifier, None)
            self.save(dump_state_and_seen(state, seen))


def _read_once(changes: Any, state: _PipelineState) -> Iterator[list[Any]]:
    """Yield what changed, each tracking once.

    A tracking that changes during the reading can come twice, and a merge of both would mix their
    checkpoints. The second one is left to the next run: it changed after this reading began, so that run
    lists it.
    """
    read: set[str] = set()
    again: set[str] = set()
    last = None
    for batch in changes.batches():
        items = []
        for tracking in batch.items:
            _check_id(tracking)
            if tracking.id in read:
                again.add(tracking.id)
            else:
                read.add(tracking.id)
                items.append(tracking)
        if items:
            yield items
        last = batch
    if last is not None:
        last.commit()
    if again:
        state.forget(again)


def _check_id(tracking: Any) -> None:
    """Raise AfterShipError for a tracking that cannot be merged."""
    if not isinstance(tracking.id, str) or not tracking.id:
        raise AfterShipError(
            f"the tracking with the number {tracking.tracking_number or 'that is missing too'} has no id, "
            "which is the key of its rows",
            hint="Nothing of this run is loaded. Report it to the service, or leave it out with a filter.",
        )


def _events(tracking: Any) -> list[Any]:
    return tracking.checkpoints if isinstance(tracking.checkpoints, list) else []


def _as_table(
    batch: pyarrow.RecordBatch, keys: Sequence[str], *, is_removed: bool | None = None
) -> pyarrow.Table:
    """Return a batch as dlt takes it: keys are never null, and the last column says which rows remove."""
    import pyarrow

    fields = [field.with_nullable(field.name not in keys) for field in batch.schema]
    columns = list(batch.columns)
    if is_removed is not None:
        fields.append(pyarrow.field(_REMOVED, pyarrow.bool_()))
        columns.append(pyarrow.array([is_removed] * batch.num_rows, type=pyarrow.bool_()))
    return pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields))


def _model_of(client: Any) -> Any:
    if not isinstance(client, SyncClient):
        raise UsageError(
            f"the source needs a sync client, not {type(client).__name__}",
            hint="Give it an AfterShip of any API version.",
        )
    return registry.package(client.API_VERSION).Tracking


def _import_dlt() -> Any:
    try:
        import dlt  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise UsageError("the source needs dlt", hint='Install "aftership-tracking-client[dlt]".') from None
    return dlt
