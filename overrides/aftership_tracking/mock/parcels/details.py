"""What callers say about a parcel, whichever version they use.

It is stored with the names that the mock's code uses. What a later version has besides is stored as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert, is_newer

CREATED = "TrackingCreate"
UPDATED = "TrackingUpdate"
# Fields that identify the parcel or choose the courier; they are not details.
IDENTITY = frozenset({"id", "tracking_number", "slug", "slug_group"})
# An empty string in these removes the value.
CLEARED_BY_EMPTY = frozenset({"note"})
# Stands for a null while it is followed to the field that it belongs to.
_NULL = "\0null"
RECEIVERS = ("emails", "smses")
"""The lists of receivers of notifications, in the versions that have them."""


def as_list(value: Any) -> list[str]:
    """Return values as a list; the API takes a list or one comma-separated string."""
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True, slots=True)
class NewerField:
    """A field of a request as it came: the version of the mock's code does not have it, or not its value."""

    value: Any
    kind: str
    version: str


class Details:
    """Immutable; a change gives new details.

    Attributes:
        fields: what callers said, with the names that the mock's code uses. Do not change them.
    """

    __slots__ = ("_newer", "fields")

    def __init__(
        self, fields: Mapping[str, Any] | None = None, newer: Mapping[str, NewerField] | None = None
    ) -> None:
        self.fields = dict(fields or {})
        self._newer = dict(newer or {})

    @property
    def newer(self) -> Mapping[str, NewerField]:
        """The fields, or values of them, that the mock's code does not know, by name. Do not change them."""
        return self._newer

    def at(self, version: str) -> dict[str, Any]:
        """The fields with the names of a request of a version."""
        found: dict[str, Any] = convert(self.fields, CREATED, CODE_VERSION, version)
        return found

    def newer_at(self, version: str) -> dict[str, Any]:
        """The fields that the mock's code does not know, with the names of a version."""
        return {
            key: value
            for name, field in self._newer.items()
            if not _to_code_version(name, field)
            for key, value in convert({name: field.value}, field.kind, field.version, version).items()
        }

    def exact_at(self, version: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """The fields whose value the mock's code cannot tell from another, as they came.

        Several values of a newer version can be one here. Left out is a field of which `known`, what the
        mock knows in the version of its code, says something else by now.
        """
        found: dict[str, Any] = {}
        for name, field in self._newer.items():
            stored = _to_code_version(name, field)
            if stored and all(known.get(key) == value for key, value in stored.items()):
                found.update(convert({name: field.value}, field.kind, field.version, version))
        return found

    def with_changes(self, body: Mapping[str, Any], kind: str, version: str) -> Details:
        """Return the details with the fields of a request body of a version.

        A field that is one of several parts in that version, as `emails` is of `customers`, changes only
        that part.
        """
        given = {name: _normalize(name, value) for name, value in body.items() if name not in IDENTITY}
        fields = convert(given, kind, version, CODE_VERSION)
        parts: dict[str, Any] = {}
        for name in fields.keys() & self.fields.keys():
            whole = self.fields[name]
            for part, value in convert({name: whole}, kind, CODE_VERSION, version).items():
                # A copy of the whole is an older name of the same field, and the body has a new value for it.
                if part not in given and value != whole:
                    parts[part] = value
        if parts:
            fields = convert({**parts, **given}, kind, version, CODE_VERSION)
        fields |= self._erased(given, fields, kind, version)
        newer = self._newer
        if is_newer(version):
            newer = {name: field for name, field in newer.items() if name not in given}
            for name, value in given.items():
                stored = convert({name: value}, kind, version, CODE_VERSION)
                if convert(stored, kind, CODE_VERSION, version) != {name: value}:
                    newer[name] = NewerField(value, kind, version)
        return Details({**self.fields, **fields}, newer)

    def _erased(
        self, given: Mapping[str, Any], fields: Mapping[str, Any], kind: str, version: str
    ) -> dict[str, None]:
        """What a null of the body erases, where the mock's code has a field that no request can make null."""
        marked = convert(_mark_nulls(given), kind, version, CODE_VERSION)
        found = [name for name, value in marked.items() if value == _NULL]
        for name, whole in self.fields.items():
            parts = convert({name: whole}, kind, CODE_VERSION, version)
            if parts and all(part in given and given[part] is None for part in parts):
                found.append(name)
        return {name: None for name in found if name in self.fields and name not in fields}


def _to_code_version(name: str, field: NewerField) -> dict[str, Any]:
    found: dict[str, Any] = convert({name: field.value}, field.kind, field.version, CODE_VERSION)
    return found


def _mark_nulls(value: Any) -> Any:
    """Put a mark where each null is, also in objects."""
    if isinstance(value, Mapping):
        return {name: _mark_nulls(inner) for name, inner in value.items()}
    return _NULL if value is None else value


def _normalize(name: str, value: Any) -> Any:
    if name in RECEIVERS:  # may be one comma-separated string, which no move handles
        return as_list(value)
    return None if name in CLEARED_BY_EMPTY and value == "" else value
