"""Flat rows whose times are times: for Arrow, Parquet, spreadsheets and databases.

A column `x` of a flat row becomes, by its kind:

* `timestamp`  `x`, the instant in UTC. Without a zone, or unreadable: null, and its text is in `unfit`
* `date`       `x`, the day. Anything else: null, and its text is in `unfit`
* `time`       `x`, the instant in UTC if the time names its zone, else null; and `x_text`, always as sent

A zone is never invented: a time without one is not an instant, and stays text.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from typing import Any

from aftership_tracking.recipes.rows.flat_rows import Rows, check_omitted, check_tracking, columns, flatten
from aftership_tracking.recipes.rows.flat_table import UNFIT, Column, json_text
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.times import Time, parse_date

__all__ = ["TEXT_SUFFIX", "TypedTable"]

TEXT_SUFFIX = "_text"


class TypedTable:
    """The typed rows of a tracking model.

    `omit`: names of columns to leave out; the name of a time leaves its `_text` out too.

    Raises UsageError for a class that is not a tracking model, and for a name that is not a column.
    """

    def __init__(self, model: type[Model], rows: Rows = "trackings", omit: Collection[str] = ()) -> None:
        flat = columns(model, rows)
        self._model = model
        self._rows: Rows = rows
        self._times = [(one.name, f"{one.name}{TEXT_SUFFIX}") for one in flat if one.kind == "time"]
        self._timestamps = [one.name for one in flat if one.kind == "timestamp"]
        self._dates = [one.name for one in flat if one.kind == "date"]
        found = tuple(_list_columns(flat))
        left_out = check_omitted(omit, found)
        left_out |= {text for name, text in self._times if name in left_out}
        self.columns = tuple(one for one in found if one.name not in left_out)
        """All columns, in order. Their kinds are those of flat rows but for `time`."""

    def rows(self, tracking: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of a tracking, without null values. They may hold columns that were left out.

        Raises UsageError for a tracking of another API version.
        """
        check_tracking(tracking, self._model)
        for row in flatten(tracking, self._rows):
            self._read_times(row)
            yield row

    def _read_times(self, row: dict[str, Any]) -> None:
        unfit = {}
        for name, text_name in self._times:
            text = row.pop(name, None)
            if text is not None:
                row[text_name] = text
                instant = _read_instant(text)
                if instant is not None:
                    row[name] = instant
        for names, read in ((self._timestamps, _read_instant), (self._dates, _read_day)):
            for name in names:
                text = row.get(name)
                if text is None:
                    continue
                value = read(text)
                if value is None:
                    unfit[name] = row.pop(name)
                else:
                    row[name] = value
        if unfit:
            row[UNFIT] = json_text({**json.loads(row.get(UNFIT, "{}")), **unfit})


def _list_columns(flat: Collection[Column]) -> Iterator[Column]:
    for column in flat:
        if column.kind == "time":
            yield Column(name=column.name, kind="timestamp", path=column.path)
            yield Column(name=f"{column.name}{TEXT_SUFFIX}", kind="text", path=column.path)
        else:
            yield column


def _read_instant(text: str) -> dt.datetime | None:
    found = Time(text).datetime
    if found is None or found.tzinfo is None:
        return None
    try:
        return found.astimezone(dt.UTC)
    except OverflowError:
        # The first or the last day that a calendar has.
        return None


def _read_day(text: str) -> dt.date | None:
    try:
        return parse_date(text).date
    except ValueError:
        return None
