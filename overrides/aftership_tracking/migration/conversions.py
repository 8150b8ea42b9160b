"""How the value of a field becomes that of its successor in the next API version, and back.

Each conversion is a pair of pure functions. `up` takes the values of the older fields and gives that of the
newer one; `down` goes the other way. What does not survive up and down again is lost, so nobody has to list
the losses of a conversion by hand: `differences` finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Any, Final, Literal

__all__ = ["ABSENT", "CONVERSIONS", "Move", "Unfit", "differences", "is_blank"]


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""The field is not there; null is None."""


class Unfit(Exception):  # noqa: N818 - no error, but a value that stays as it is
    """The value has not the shape that the conversion is made for."""


@dataclass(frozen=True, slots=True)
class Move:
    """One conversion between the fields of an object of two versions."""

    how: str
    sources: tuple[str, ...]
    """The fields of the older version."""
    target: str
    """The field of the newer version."""
    keys: tuple[str, ...]
    """Inside the object (`wrap`, `by-position`, `unwrap`) or the items (`gather`): one for each source."""
    never_null_up: frozenset[str]
    """The target, if it is left out where it would become null: it has no null."""
    never_null_down: frozenset[str]
    """The same for the sources."""
    never_null_keys: frozenset[str]
    """The same for the keys of the object of a `wrap`."""
    lists: frozenset[str]
    """Sources of a `gather` that are lists of texts; the others are texts."""
    at_most: int | None
    """How many items the list of a `gather` may have."""
    drop_up: frozenset[str]
    """Keys of an item that the object of a `first` does not know."""
    drop_down: frozenset[str]
    """Keys of that object that the item does not know."""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Move:
        """Read a move of `moves.json`."""
        how, start, end = data["how"], data["from"], data["to"]
        inside = start if how == "unwrap" else end
        sources = tuple(_root(path) for path in start)
        return cls(
            how,
            # A merge depends on what its target says already.
            (*sources, end[0]) if how == "merge" else sources,
            _root(end[0]),
            tuple(path.rpartition(".")[2] for path in inside),
            frozenset(data.get("never-null-up", ())),
            frozenset(data.get("never-null-down", ())),
            frozenset(data.get("never-null-keys", ())),
            frozenset(data.get("lists", ())),
            data.get("at-most"),
            frozenset(data.get("drop-up", ())),
            frozenset(data.get("drop-down", ())),
        )

    def up(self, values: tuple[Any, ...]) -> Any:
        """The newer value for the older ones. Raises `Unfit`."""
        value = CONVERSIONS[self.how][0](self, values)
        return ABSENT if value is None and self.target in self.never_null_up else value

    def down(self, value: Any) -> tuple[Any, ...]:
        """The older values for the newer one. Raises `Unfit`."""
        values = zip(self.sources, CONVERSIONS[self.how][1](self, value), strict=True)
        return tuple(ABSENT if one is None and key in self.never_null_down else one for key, one in values)


def _root(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _rename_up(_: Move, values: tuple[Any, ...]) -> Any:
    return values[0]


def _rename_down(_: Move, value: Any) -> tuple[Any, ...]:
    return (value,)


def _merge_up(_: Move, values: tuple[Any, ...]) -> Any:
    source, target = values
    return source if target in (ABSENT, None) and source is not ABSENT else target


def _merge_down(_: Move, value: Any) -> tuple[Any, ...]:
    return (value, value)


def _wrap_up(move: Move, values: tuple[Any, ...]) -> Any:
    stated = {key: _plain(value) for key, value in zip(move.keys, values, strict=True) if value is not ABSENT}
    if all(value is None for value in stated.values()):
        return None
    return {
        key: value for key, value in stated.items() if value is not None or key not in move.never_null_keys
    }


def _wrap_down(move: Move, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (None,) * len(move.keys)
    content = _object(value)
    return tuple(_plain(content.get(key, ABSENT)) for key in move.keys)


def _by_position_up(move: Move, values: tuple[Any, ...]) -> Any:
    return dict(zip(move.keys, _list(values[0]), strict=False)) or None


def _by_position_down(move: Move, value: Any) -> tuple[Any, ...]:
    content = {} if value is None else _object(value)
    entries: list[Any] = []
    for key in move.keys:
        if key not in content:  # what follows would take a wrong position
            break
        entries.append(content[key])
    return (entries,)


def _first_up(move: Move, values: tuple[Any, ...]) -> Any:
    entries = _list(values[0])
    return _without(_object(entries[0]), move.drop_up) if entries else None


def _first_down(move: Move, value: Any) -> tuple[Any, ...]:
    return ([] if value is None else [_without(_object(value), move.drop_down)],)


def _gather_up(move: Move, values: tuple[Any, ...]) -> Any:
    items: list[dict[str, Any]] = []
    for source, key, value in zip(move.sources, move.keys, values, strict=True):
        if value is ABSENT:
            continue
        for index, entry in enumerate(_list(value) if source in move.lists else [value]):
            if _text(entry):
                items.extend({} for _ in range(index + 1 - len(items)))
                items[index][key] = entry
    return [item for item in items[: move.at_most] if item]


def _gather_down(move: Move, value: Any) -> tuple[Any, ...]:
    items = [_object(item) for item in _list(value)]
    found: list[Any] = []
    for source, key in zip(move.sources, move.keys, strict=True):
        if source in move.lists:
            found.append([item[key] for item in items if _text(item.get(key))])
        else:
            found.append(_text(items[0].get(key)) if items else None)
    return tuple(found)


def _unwrap_up(move: Move, values: tuple[Any, ...]) -> Any:
    return _object(values[0]).get(move.keys[0], ABSENT)


def _unwrap_down(move: Move, value: Any) -> tuple[Any, ...]:
    return ({move.keys[0]: value},)


def _null_when_empty_up(_: Move, values: tuple[Any, ...]) -> Any:
    return None if values[0] == {} else values[0]


def _null_when_empty_down(_: Move, value: Any) -> tuple[Any, ...]:
    return ({} if value is None else value,)


_Up = Callable[[Move, tuple[Any, ...]], Any]
_Down = Callable[[Move, Any], tuple[Any, ...]]

CONVERSIONS: Mapping[str, tuple[_Up, _Down]] = {
    "rename": (_rename_up, _rename_down),
    "merge": (_merge_up, _merge_down),
    "wrap": (_wrap_up, _wrap_down),
    "by-position": (_by_position_up, _by_position_down),
    "first": (_first_up, _first_down),
    "gather": (_gather_up, _gather_down),
    "unwrap": (_unwrap_up, _unwrap_down),
    "null-when-empty": (_null_when_empty_up, _null_when_empty_down),
}
"""By the name in `x-move`: the way up and the way down. What is dropped needs no conversion."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit("it is no object")
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unfit("it is no list")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        raise Unfit("it is no plain value")
    return value


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Unfit("it is no text")
    return value


def _without(value: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: content for key, content in value.items() if key not in keys}


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: absent, null, or an empty text, list or object."""
    return value is ABSENT or value is None or (isinstance(value, str | list | dict) and not value)


def differences(value: Any, back: Any, where: str) -> Iterator[tuple[str, Literal["value", "blank"]]]:
    """Where `back` is not the same as `value`, and whether more than a blank is lost there."""
    if value is back:
        return
    if isinstance(value, dict) and (isinstance(back, dict) or is_blank(back)):
        content = back if isinstance(back, dict) else {}
        keys = [key for key in value if isinstance(back, dict) or not is_blank(value[key])]
        keys += [key for key in content if key not in value]
        for key in keys:
            below = f"{where}.{key}" if where else str(key)
            yield from differences(value.get(key, ABSENT), content.get(key, ABSENT), below)
        if not keys and not isinstance(back, dict):
            yield where, "blank"
    elif isinstance(value, list) and isinstance(back, list):
        for index, (entry, restored) in enumerate(zip_longest(value, back, fillvalue=ABSENT)):
            if restored is ABSENT:
                yield f"{where}[{index}]", "blank" if is_blank(entry) else "value"
            else:
                yield from differences(entry, restored, f"{where}[{index}]")
    elif type(value) is not type(back) or value != back:
        yield where, "blank" if is_blank(value) else "value"
