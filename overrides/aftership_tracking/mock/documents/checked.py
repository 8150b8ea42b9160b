"""Objects and lists of a response that were shaped and checked once, and need neither again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import msgspec


class CheckedObject(dict[str, Any]):
    """An object that fits the schema at `pointer` of its document. It is shared, so it cannot be changed.

    `dict(checked)` and `copy.deepcopy(checked)` give plain objects, which can.

    Raises:
        TypeError: on every attempt to change it.
    """

    __slots__ = ("_written", "pointer")

    def __init__(self, pointer: str, value: Mapping[str, Any]) -> None:
        super().__init__(value)
        self.pointer = pointer
        self._written: msgspec.Raw | None = None

    @property
    def written(self) -> msgspec.Raw:
        """The object as JSON, encoded once.

        Raises:
            OverflowError: an integer of it is beyond 64 bits.
        """
        if self._written is None:
            self._written = msgspec.Raw(msgspec.json.encode(self))
        return self._written

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {name: _copy(value) for name, value in self.items()}

    def copy(self) -> dict[str, Any]:
        return dict(self)

    __copy__ = copy

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a checked object is shared and cannot be changed; change a copy.deepcopy() of it")

    # Any: a type checker compares each with the overloads of `dict`.
    _never: Any = _refuse
    __setitem__ = __delitem__ = __ior__ = _never
    clear = pop = popitem = setdefault = update = _never


HOLE = b"\0"
"""What JSON never holds: a null character is written as an escape."""
_HOLE = msgspec.Raw(HOLE)


class CheckedList(list[CheckedObject]):
    """Checked objects of the schema at `pointer`, as several responses have them. It cannot be changed.

    Raises:
        TypeError: on every attempt to change it.
    """

    __slots__ = ("_last", "_written", "pointer")

    def __init__(self, pointer: str, items: Sequence[CheckedObject]) -> None:
        super().__init__(items)
        self.pointer = pointer
        self._written: bytes | None = None
        self._last = (b"", b"")

    @property
    def written(self) -> bytes:
        """The list as JSON, encoded once.

        Raises:
            OverflowError: an integer of it is beyond 64 bits.
        """
        if self._written is None:
            self._written = msgspec.json.encode([item.written for item in self])
        return self._written

    def within(self, frame: bytes) -> bytes:
        """Return JSON with this list in its `HOLE`. For the same frame as the last time, it is the same."""
        last, whole = self._last
        if last != frame:
            whole = frame.replace(HOLE, self.written)
            self._last = (frame, whole)
        return whole

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [_copy(item) for item in self]

    def copy(self) -> list[Any]:
        return list(self)

    __copy__ = copy

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a checked list is shared and cannot be changed; change a copy.deepcopy() of it")

    # Any: as above.
    _never: Any = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _never
    append = clear = extend = insert = pop = remove = reverse = sort = _never


def checked_list(items: Sequence[Any]) -> CheckedList | None:
    """Return objects as one list if all were checked by the same schema; else None."""
    first = items[0] if items else None
    if not isinstance(first, CheckedObject) or not _are_checked(items, first.pointer):
        return None
    return CheckedList(first.pointer, items)


def _are_checked(items: Sequence[Any], pointer: str) -> bool:
    return all(item.__class__ is CheckedObject and item.pointer == pointer for item in items)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


class CheckedEnvelope(dict[str, Any]):
    """A whole response that was shaped and checked, for any number of equal requests. Nobody changes it.

    Attributes:
        written: the response as JSON; None before it was written for the first time.
    """

    __slots__ = ("written",)

    def __init__(self, value: Mapping[str, Any]) -> None:
        super().__init__(value)
        self.written: bytes | None = None


def leave_out_checked(value: Any, path: Sequence[str], pointer: str) -> Any:
    """Return a response for its check: of the list at a path, only the first item if all were checked.

    What the schema says about the list as a whole is not checked then, so there must be no such rule.
    """
    if not isinstance(value, dict):
        return value
    if path:
        inner = value.get(path[0])
        left = leave_out_checked(inner, path[1:], pointer) if len(path) > 1 else _first(inner, pointer)
        return value if left is inner else {**value, path[0]: left}
    return value


def _first(items: Any, pointer: str) -> Any:
    if isinstance(items, CheckedList):
        return items[:1] if items.pointer == pointer else list(items)
    if not isinstance(items, list) or len(items) < 2 or not _are_checked(items, pointer):
        return items
    return items[:1]


_HOLDERS: frozenset[type] = frozenset({CheckedObject, CheckedList, dict, list})


def with_written(value: Any, lists: list[CheckedList], depth: int = 4) -> Any:
    """Return a value with each checked object in its first levels as the JSON that it is.

    Checked lists are added to `lists`, and each leaves a hole, which `fill` fills.
    """
    if isinstance(value, CheckedObject):
        return value.written
    if isinstance(value, CheckedList):
        lists.append(value)
        return _HOLE
    kind = value.__class__
    if kind is list:
        is_checked = bool(value) and value[0].__class__ is CheckedObject
        return [with_written(item, lists, 0) for item in value] if is_checked else value
    if kind is not dict or not depth:
        return value
    changed: dict[str, Any] = {}
    for name, item in value.items():
        # Most values are neither; to look at their class is cheaper than a call.
        if item and item.__class__ in _HOLDERS:
            written = with_written(item, lists, depth - 1)
            if written is not item:
                changed[name] = written
    return {**value, **changed} if changed else value


def fill(frame: bytes, lists: Sequence[CheckedList]) -> bytes:
    """Return JSON with checked lists in its holes."""
    if len(lists) == 1:
        return lists[0].within(frame)
    for each in lists:
        frame = frame.replace(HOLE, each.written, 1)
    return frame
