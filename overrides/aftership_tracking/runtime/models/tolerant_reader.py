"""The tolerant second pass: untyped JSON in, models out, whatever the JSON holds.

The annotations of a model are compiled once into closures. A value that fits is typed exactly as the fast
decoder types it. A value that does not fit is preserved unchanged and reported. Nothing here raises because
of a value.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable
from enum import EnumType
from typing import Any, TypeAlias

from aftership_tracking.runtime.models.annotations import extra_hint_of, hints_of, is_model, is_union
from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum
from aftership_tracking.runtime.models.struct import EXTRA, ModelStruct, required_fields, sent_fields, tag_of
from aftership_tracking.runtime.models.times import (
    Date,
    Time,
    Timestamp,
    parse_date,
    parse_time,
    parse_timestamp,
)
from aftership_tracking.runtime.models.unset import UnsetType
from aftership_tracking.runtime.surprise import ANY_KEY, KINDS, Report, ValuePath, kind

__all__ = ["ValueReader", "compile_reader", "reader_of"]

ValueReader: TypeAlias = Callable[[Any, ValuePath, Report], Any]

_READERS: dict[type, ValueReader] = {}


def reader_of(cls: type[ModelStruct]) -> ValueReader:
    """Return the closure that turns a parsed JSON value into a model. It is compiled on first use of the
    class.
    """
    # setdefault, so that two threads end up with the same closure.
    return _READERS.get(cls) or _READERS.setdefault(cls, _compile_model(cls))


def _compile_model(cls: type[ModelStruct]) -> ValueReader:
    readers: dict[str, ValueReader] = {}
    as_is: dict[str, frozenset[type]] = {}
    read_extra: ValueReader | None = None
    ready = False

    def compile_fields() -> None:
        # Compiled on first use, because models may refer to each other in a cycle. Two threads may both do
        # it: the results are equal.
        nonlocal ready, read_extra
        further = extra_hint_of(cls)
        read_extra = None if further is None else compile_reader(further)
        hints = hints_of(cls)
        as_is.update({name: _as_is(hint) for name, hint in hints.items()})
        readers.update({name: compile_reader(hint) for name, hint in hints.items()})
        ready = True

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if type(value) is not dict:
            report.add(path, cls.__name__, kind(value))
            return value
        if not ready:
            compile_fields()
        fields: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, found in value.items():
            reader = readers.get(name)
            if reader is None:
                if read_extra is None:
                    report.add_unknown_field((path, name), found)
                    extra[name] = found
                else:
                    extra[name] = read_extra(found, (path, ANY_KEY), report)
            elif type(found) in as_is[name]:
                # Most fields end here. This saves a call and a path, which is half of the time.
                fields[name] = found
            else:
                fields[name] = reader(found, (path, name), report)
        for name in required_fields(cls) if report.partial else sent_fields(cls):
            if name not in fields:
                report.add((path, name), "a field that is always sent", "nothing")
        if extra:
            fields[EXTRA] = extra
        return cls(**fields)

    return read


def compile_reader(hint: Any) -> ValueReader:
    """Return the closure that turns a parsed JSON value into a value of a type."""
    origin = typing.get_origin(hint)
    if is_union(hint):
        return _compile_union(typing.get_args(hint))
    if origin is list:
        return _compile_list(compile_reader(typing.get_args(hint)[0]))
    if origin is dict:
        return _compile_map(compile_reader(typing.get_args(hint)[1]))
    if hint is list:
        return _compile_list(_read_unchanged)
    if hint is dict:
        return _compile_map(_read_unchanged)
    if isinstance(hint, type):
        if issubclass(hint, ModelStruct):
            return reader_of(hint)
        if issubclass(hint, OpenEnum):
            return _compile_enum(hint, str)
        if issubclass(hint, OpenIntEnum):
            return _compile_enum(hint, int)
    simple = _SIMPLE.get(hint)
    if simple is None:
        raise TypeError(f"no way to read the annotation {hint!r}")
    return simple


def _as_is(hint: Any) -> frozenset[type]:
    """Return the types of parsed values that an annotation takes unchanged, whatever they hold."""
    if is_union(hint):
        return frozenset().union(*map(_as_is, typing.get_args(hint)))
    return frozenset((hint,)) if hint in (str, bool, int, type(None)) else frozenset()


def _compile_union(members: tuple[Any, ...]) -> ValueReader:
    """Choose by JSON kind. The lint of the documents ensures that a union has at most one member for each
    kind, except for models that a field of theirs tells apart.
    """
    by_type: dict[type, ValueReader] = {}
    expected: list[str] = []
    models = [one for one in members if is_model(one)]
    if len(models) > 1:
        by_type[dict] = _compile_choice(models)
        expected += [one.__name__ for one in models]
    for member in members:
        if member is UnsetType or (len(models) > 1 and member in models):
            continue
        if member is Any:
            return _read_unchanged
        reader = compile_reader(member)
        origin = typing.get_origin(member) or member
        for accepted in _accepted(origin):
            # `int | float`: an integer stays an integer.
            if accepted not in by_type or origin is accepted:
                by_type[accepted] = reader
        expected.append(_name(member))
    if len(expected) == 1:
        return next(iter(by_type.values()))
    label = " or ".join(expected)

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        reader = by_type.get(type(value))
        if reader is None:
            report.add(path, label, kind(value))
            return value
        return reader(value, path, report)

    return read


def _compile_choice(models: list[type[ModelStruct]]) -> ValueReader:
    """Choose among models by the field that tells which one it is."""
    (field,) = {tag_of(model)[0] for model in models}
    readers = {value: reader_of(model) for model in models for value in tag_of(model)[1]}
    label = " or ".join(model.__name__ for model in models)

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        tag = value.get(field)
        reader = readers.get(tag) if isinstance(tag, str) else None
        if reader is None:
            # Nothing says what it is, so it stays as it came.
            report.add((path, field), f"a value that tells {label}", "another one")
            return value
        return reader(value, path, report)

    return read


def _accepted(member: Any) -> tuple[type, ...]:
    if member in (list, dict, str, bool):
        return (member,)
    if member is None or member is type(None):
        return (type(None),)
    if member in (int, float):
        return (int, float)
    if issubclass(member, ModelStruct):
        return (dict,)
    return (int, float) if issubclass(member, OpenIntEnum) else (str,)


def _name(member: Any) -> str:
    origin = typing.get_origin(member) or member
    return KINDS.get(origin, getattr(origin, "__name__", "value"))


def _compile_list(item: ValueReader) -> ValueReader:
    if item is _read_unchanged:
        return _expect(list)

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if type(value) is not list:
            report.add(path, "array", kind(value))
            return value
        return [item(element, (path, index), report) for index, element in enumerate(value)]

    return read


def _compile_map(item: ValueReader) -> ValueReader:
    if item is _read_unchanged:
        return _expect(dict)

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if type(value) is not dict:
            report.add(path, "object", kind(value))
            return value
        inner: ValuePath = (path, ANY_KEY)
        return {key: item(element, inner, report) for key, element in value.items()}

    return read


def _compile_enum(cls: type[OpenEnum] | type[OpenIntEnum], base: type) -> ValueReader:
    known = typing.cast(EnumType, cls)._value2member_map_
    make: Callable[[Any], Any] = cls

    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if base is int and type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not base:
            report.add(path, cls.__name__, kind(value))
            return value
        member = known.get(value)
        if member is None:
            report.add_unknown_value(path, cls.__name__, value)
            return make(value)
        return member

    return read


def _compile_time(parse: Callable[[str], Time], expected: str) -> ValueReader:
    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if type(value) is not str:
            report.add(path, expected, kind(value))
            return value
        try:
            return parse(value)
        except ValueError:
            report.add(path, expected, "a string of another form")
            return Time(value)

    return read


def _expect(wanted: type) -> ValueReader:
    def read(value: Any, path: ValuePath, report: Report) -> Any:
        if type(value) is not wanted:
            report.add(path, KINDS[wanted], kind(value))
        return value

    return read


def _read_int(value: Any, path: ValuePath, report: Report) -> Any:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    report.add(path, "integer", kind(value))
    return value


def _read_float(value: Any, path: ValuePath, report: Report) -> Any:
    if type(value) is float:
        if not math.isfinite(value):
            report.add(path, "number", "a number that JSON does not have")
        return value
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            report.add(path, "number", "an integer too large for a float")
            return value
    report.add(path, "number", kind(value))
    return value


def _read_unchanged(value: Any, _path: ValuePath, _report: Report) -> Any:
    return value


_SIMPLE: dict[Any, ValueReader] = {
    Any: _read_unchanged,
    str: _expect(str),
    bool: _expect(bool),
    type(None): _expect(type(None)),
    None: _expect(type(None)),
    int: _read_int,
    float: _read_float,
    Time: _compile_time(parse_time, "a time"),
    Timestamp: _compile_time(parse_timestamp, "a time with a zone"),
    Date: _compile_time(parse_date, "a date"),
}
