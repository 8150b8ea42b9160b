"""What callers say about a parcel, kept in the shape of the newest version, whichever they say it through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.receivers import RECEIVERS, as_list
from aftership_tracking.mock.shapes import carried, newest

CREATED = "TrackingCreate"
UPDATED = "TrackingUpdate"
# Fields that are the parcel's identity or choose the courier; they are not details.
IDENTITY = frozenset({"id", "tracking_number", "slug", "slug_group"})
# An empty text in these takes the value away.
CLEARED_BY_EMPTY = frozenset({"note"})


class Details:
    """Never changes; a change gives new details. So what they are in each version is worked out once."""

    __slots__ = ("_fields", "_shown")

    def __init__(self, fields: Mapping[str, Any] | None = None) -> None:
        self._fields = dict(fields or {})
        self._shown: dict[str, dict[str, Any]] = {}

    def at(self, version: str) -> dict[str, Any]:
        """The details as a version has them. Not to be changed."""
        shown = self._shown.get(version)
        if shown is None:
            shown = self._shown[version] = carried(self._fields, CREATED, newest(), version)
        return shown

    def changed(self, body: Mapping[str, Any], kind: str, version: str) -> Details:
        """The details with the fields of a request body of a version.

        A field that was one of several parts there, as `emails` is of `customers`, changes that part alone.
        """
        given = {name: _read(name, value) for name, value in body.items() if name not in IDENTITY}
        fields = carried(given, kind, version, newest())
        parts: dict[str, Any] = {}
        for name in fields.keys() & self._fields.keys():
            whole = self._fields[name]
            for part, value in carried({name: whole}, kind, newest(), version).items():
                # A copy of the whole is an older name of the same field, which has been said anew.
                if part not in given and value != whole:
                    parts[part] = value
        if parts:
            fields = carried({**parts, **given}, kind, version, newest())
        return Details({**self._fields, **fields})


def _read(name: str, value: Any) -> Any:
    if name in RECEIVERS:  # may be one text with commas, which no move knows
        return as_list(value)
    return None if name in CLEARED_BY_EMPTY and value == "" else value
