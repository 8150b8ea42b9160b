"""What callers say about a parcel, stored in the shape of the newest version, whichever version they use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.conversion import convert, newest

CREATED = "TrackingCreate"
UPDATED = "TrackingUpdate"
# Fields that identify the parcel or choose the courier; they are not details.
IDENTITY = frozenset({"id", "tracking_number", "slug", "slug_group"})
# An empty string in these removes the value.
CLEARED_BY_EMPTY = frozenset({"note"})
RECEIVERS = ("emails", "smses")
"""The lists of receivers of notifications, in the versions that have them."""


def as_list(value: Any) -> list[str]:
    """Return values as a list; the API takes a list or one comma-separated string."""
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]


class Details:
    """Immutable; a change gives new details. So their shape in each version is computed once."""

    __slots__ = ("_by_version", "_fields")

    def __init__(self, fields: Mapping[str, Any] | None = None) -> None:
        self._fields = dict(fields or {})
        self._by_version: dict[str, dict[str, Any]] = {}

    def at(self, version: str) -> dict[str, Any]:
        """The details in the shape of a version. Do not change them."""
        found = self._by_version.get(version)
        if found is None:
            found = self._by_version[version] = convert(self._fields, CREATED, newest(), version)
        return found

    def with_changes(self, body: Mapping[str, Any], kind: str, version: str) -> Details:
        """Return the details with the fields of a request body of a version.

        A field that is one of several parts in that version, as `emails` is of `customers`, changes only
        that part.
        """
        given = {name: _normalize(name, value) for name, value in body.items() if name not in IDENTITY}
        fields = convert(given, kind, version, newest())
        parts: dict[str, Any] = {}
        for name in fields.keys() & self._fields.keys():
            whole = self._fields[name]
            for part, value in convert({name: whole}, kind, newest(), version).items():
                # A copy of the whole is an older name of the same field, and the body has a new value for it.
                if part not in given and value != whole:
                    parts[part] = value
        if parts:
            fields = convert({**parts, **given}, kind, version, newest())
        return Details({**self._fields, **fields})


def _normalize(name: str, value: Any) -> Any:
    if name in RECEIVERS:  # may be one comma-separated string, which no move handles
        return as_list(value)
    return None if name in CLEARED_BY_EMPTY and value == "" else value
