"""How the values of fields become those of the next API version (upgrade), and back (downgrade).

Each conversion is a pair of pure functions. The upgrade takes the values of the older fields and returns
that of the newer field; the downgrade does the opposite. Whatever an upgrade and a downgrade together do not
restore is lost. `losses.find_differences` finds that, so nobody has to list the losses of a conversion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

__all__ = ["ABSENT", "CONVERSIONS", "Move", "UnexpectedShape"]


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""Stands for a field that is not there. Null is None."""


class UnexpectedShape(Exception):  # noqa: N818 - not an error: the value stays as it is
    """The value does not have the shape that the conversion was made for."""


@dataclass(frozen=True, slots=True)
class Move:
    """One conversion between the fields of an object in two neighbouring versions."""

    how: str
    """The name of the conversion, see `CONVERSIONS`."""
    sources: tuple[str, ...]
    """The fields of the older version."""
    target: str
    """The field of the newer version."""
    keys: tuple[str, ...]
    """One key for each source: in the object (`wrap`, `by-position`, `unwrap`) or in the items (`gather`)."""
    target_never_null: frozenset[str]
    """The target, if it cannot be null: an upgrade leaves it out instead."""
    sources_never_null: frozenset[str]
    """The sources that cannot be null: a downgrade leaves them out instead."""
    keys_never_null: frozenset[str]
    """The keys that cannot be null in the object of a `wrap`: they are left out instead."""
    list_sources: frozenset[str]
    """Sources of a `gather` that are lists of strings. The others are strings."""
    max_items: int | None
    """How many items the list of a `gather` may have."""
    keys_dropped_by_upgrade: frozenset[str]
    """Keys of an item that the object of a `first` does not have."""
    keys_dropped_by_downgrade: frozenset[str]
    """Keys of the object of a `first` that the item does not have."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Move:
        """Read a move of `moves.json`."""
        how, start, end = data["how"], data["from"], data["to"]
        inner_paths = start if how == "unwrap" else end
        sources = tuple(_first_field(path) for path in start)
        return cls(
            how,
            # The result of a merge depends on the value that its target already has.
            (*sources, end[0]) if how == "merge" else sources,
            _first_field(end[0]),
            tuple(path.rpartition(".")[2] for path in inner_paths),
            frozenset(data.get("never-null-up", ())),
            frozenset(data.get("never-null-down", ())),
            frozenset(data.get("never-null-keys", ())),
            frozenset(data.get("lists", ())),
            data.get("at-most"),
            frozenset(data.get("drop-up", ())),
            frozenset(data.get("drop-down", ())),
        )

    def upgrade(self, values: tuple[Any, ...]) -> Any:
        """Return the newer value for the older ones. Raises `UnexpectedShape`."""
        value = CONVERSIONS[self.how].upgrade(self, values)
        return ABSENT if value is None and self.target in self.target_never_null else value

    def downgrade(self, value: Any) -> tuple[Any, ...]:
        """Return the older values for the newer one, in the order of `sources`. Raises `UnexpectedShape`."""
        values = zip(self.sources, CONVERSIONS[self.how].downgrade(self, value), strict=True)
        return tuple(
            ABSENT if one is None and field in self.sources_never_null else one for field, one in values
        )


def _first_field(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _upgrade_rename(_: Move, values: tuple[Any, ...]) -> Any:
    return values[0]


def _downgrade_rename(_: Move, value: Any) -> tuple[Any, ...]:
    return (value,)


def _upgrade_merge(_: Move, values: tuple[Any, ...]) -> Any:
    source, target = values
    return source if target in (ABSENT, None) and source is not ABSENT else target


def _downgrade_merge(_: Move, value: Any) -> tuple[Any, ...]:
    return (value, value)


def _upgrade_wrap(move: Move, values: tuple[Any, ...]) -> Any:
    content = {
        key: _plain_value(value) for key, value in zip(move.keys, values, strict=True) if value is not ABSENT
    }
    if all(value is None for value in content.values()):
        return None
    return {
        key: value for key, value in content.items() if value is not None or key not in move.keys_never_null
    }


def _downgrade_wrap(move: Move, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (None,) * len(move.keys)
    content = _object(value)
    return tuple(_plain_value(content.get(key, ABSENT)) for key in move.keys)


def _upgrade_by_position(move: Move, values: tuple[Any, ...]) -> Any:
    return dict(zip(move.keys, _list(values[0]), strict=False)) or None


def _downgrade_by_position(move: Move, value: Any) -> tuple[Any, ...]:
    content = {} if value is None else _object(value)
    entries: list[Any] = []
    for key in move.keys:
        if key not in content:  # the entries after it would get a wrong position
            break
        entries.append(content[key])
    return (entries,)


def _upgrade_first(move: Move, values: tuple[Any, ...]) -> Any:
    entries = _list(values[0])
    return _drop_keys(_object(entries[0]), move.keys_dropped_by_upgrade) if entries else None


def _downgrade_first(move: Move, value: Any) -> tuple[Any, ...]:
    return ([] if value is None else [_drop_keys(_object(value), move.keys_dropped_by_downgrade)],)


def _upgrade_gather(move: Move, values: tuple[Any, ...]) -> Any:
    items: list[dict[str, Any]] = []
    for source, key, value in zip(move.sources, move.keys, values, strict=True):
        if value is ABSENT:
            continue
        for index, entry in enumerate(_list(value) if source in move.list_sources else [value]):
            if _string(entry):
                items.extend({} for _ in range(index + 1 - len(items)))
                items[index][key] = entry
    return [item for item in items[: move.max_items] if item]


def _downgrade_gather(move: Move, value: Any) -> tuple[Any, ...]:
    items = [_object(item) for item in _list(value)]
    values: list[Any] = []
    for source, key in zip(move.sources, move.keys, strict=True):
        if source in move.list_sources:
            values.append([item[key] for item in items if _string(item.get(key))])
        else:
            values.append(_string(items[0].get(key)) if items else None)
    return tuple(values)


def _upgrade_unwrap(move: Move, values: tuple[Any, ...]) -> Any:
    return _object(values[0]).get(move.keys[0], ABSENT)


def _downgrade_unwrap(move: Move, value: Any) -> tuple[Any, ...]:
    return ({move.keys[0]: value},)


def _upgrade_null_when_empty(_: Move, values: tuple[Any, ...]) -> Any:
    return None if values[0] == {} else values[0]


def _downgrade_null_when_empty(_: Move, value: Any) -> tuple[Any, ...]:
    return ({} if value is None else value,)


_Upgrade: TypeAlias = Callable[[Move, tuple[Any, ...]], Any]
_Downgrade: TypeAlias = Callable[[Move, Any], tuple[Any, ...]]


class Conversion(NamedTuple):
    """The two directions of one conversion."""

    upgrade: _Upgrade
    downgrade: _Downgrade


CONVERSIONS: Mapping[str, Conversion] = {
    "rename": Conversion(_upgrade_rename, _downgrade_rename),
    "merge": Conversion(_upgrade_merge, _downgrade_merge),
    "wrap": Conversion(_upgrade_wrap, _downgrade_wrap),
    "by-position": Conversion(_upgrade_by_position, _downgrade_by_position),
    "first": Conversion(_upgrade_first, _downgrade_first),
    "gather": Conversion(_upgrade_gather, _downgrade_gather),
    "unwrap": Conversion(_upgrade_unwrap, _downgrade_unwrap),
    "null-when-empty": Conversion(_upgrade_null_when_empty, _downgrade_null_when_empty),
}
"""By the name in `x-move`. A field that is dropped needs no conversion."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnexpectedShape("it is not an object")
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnexpectedShape("it is not a list")
    return value


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict | list):
        raise UnexpectedShape("it is not a plain value")
    return value


def _string(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise UnexpectedShape("it is not a string")
    return value


def _drop_keys(value: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: content for key, content in value.items() if key not in keys}
