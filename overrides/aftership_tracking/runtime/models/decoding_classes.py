"""The classes that msgspec really fills: one for each model, which differs from it only while decoding.

A decoding class is a subclass that adds no slots. It may say what the model must not say about itself: that
times are plain text (one call of Python for each time of a page would take a third of the reading time), that
an unknown field is an error, and that a field must be there. Since it has the layout of its model, a decoded
object becomes one of the model by a change of its class, and nobody outside of this module sees such a class.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from secrets import token_hex
from typing import Any, NamedTuple, TypeAlias

import msgspec

from aftership_tracking.runtime.models.annotations import alternatives, hints_of, is_model, is_union
from aftership_tracking.runtime.models.struct import (
    EMPTY_EXTRA,
    EXTRA,
    ModelStruct,
    field_names,
    required_fields,
    sent_fields,
    slots,
)
from aftership_tracking.runtime.models.times import Date, Time, Timestamp, check_times
from aftership_tracking.runtime.models.unset import UnsetType

__all__ = ["DecodingClasses", "Demand", "TimeTexts"]

_STRUCT_META: Any = type(msgspec.Struct)
_TIMES = (Timestamp, Time, Date)
# Random, so that nobody can send it.
_NO_KEY = f"(no key {token_hex(16)})"


class Demand(NamedTuple):
    """What makes a decoding fail, beside a value of a wrong kind."""

    known: bool
    """A field that the document does not know. Otherwise such fields are skipped."""
    full: bool
    """The absence of a field that a full response holds."""


class TimeTexts:
    """The strings of all times of one response, by what the document says they are."""

    __slots__ = ("dates", "times", "timestamps")

    def __init__(self) -> None:
        self.timestamps: list[Any] = []
        self.times: list[Any] = []
        self.dates: list[Any] = []

    def all_fit(self) -> bool:
        """Whether each string is a time of its kind. What is not a string was not sent or is null."""
        try:
            check_times(self.timestamps, Timestamp)
            check_times(self.times, Time)
            check_times(self.dates, Date)
        except ValueError:
            return False
        return True


Settle: TypeAlias = Callable[[Any, TimeTexts | None], None]
"""Turns a decoded value into objects of the models, and collects the strings of times."""


class DecodingClasses:
    """The decoding classes of all models that one of them can hold, for one demand."""

    def __init__(self, demand: Demand) -> None:
        self._demand = demand
        self._classes: dict[type[ModelStruct], Any] = {}
        self._settle: dict[type[ModelStruct], Settle] = {}
        # Models that hold neither times nor other models.
        self._plain: set[Any] = set()

    def class_of(self, model: type[ModelStruct]) -> Any:
        """Return the decoding class of a model. It is made on first use."""
        known = self._classes.get(model)
        if known is not None:
            return known
        required = sent_fields(model) if self._demand.full else required_fields(model)
        made = self._classes[model] = _STRUCT_META(
            model.__name__,
            (model,),
            # A field that is declared again without a default is required. `extra` gets a key that no
            # response holds, or a response could fill it.
            {
                "__annotations__": dict.fromkeys((*required, EXTRA), Any),
                "__module__": model.__module__,
                EXTRA: EMPTY_EXTRA,
            },
            kw_only=True,
            rename={EXTRA: _NO_KEY},
            forbid_unknown_fields=self._demand.known,
        )
        # The types are added later, because models may refer to each other in a cycle. msgspec looks at them
        # when it builds a decoder.
        made.__annotations__ = {name: self._type(hint) for name, hint in hints_of(model).items()}
        for name in field_names(model):
            setattr(made, name, slots(model)[name])
        return made

    def _type(self, hint: Any) -> Any:
        """Return a type for the decoder: times are strings, models are decoding classes."""
        if is_union(hint):
            members = [self._type(one) for one in alternatives(hint) if one is not UnsetType]
            return typing.Union[tuple(members)]  # noqa: UP007
        origin = typing.get_origin(hint)
        if origin is not None:
            # `list[X]` and `dict[str, X]`. A time in them is decoded by the hook, because no slot shows it.
            return origin[tuple(one if one in _TIMES else self._type(one) for one in typing.get_args(hint))]
        if hint in _TIMES:
            return str
        return self.class_of(hint) if is_model(hint) else hint

    def settle(self, model: type[ModelStruct]) -> Settle:
        """Return the function that turns a decoded object, and all objects in it, into models."""
        known = self._settle.get(model)
        if known is not None:
            return known

        def settle_later(value: Any, times: TimeTexts | None) -> None:
            self._settle[model](value, times)

        # Models may refer to each other in a cycle. Then this one is called while the others are made.
        self._settle[model] = settle_later
        children: dict[str, Settle | type[ModelStruct]] = {}
        texts: dict[type[Time], list[str]] = {kind: [] for kind in _TIMES}
        for name, hint in hints_of(model).items():
            for kind in _TIMES:
                if kind in alternatives(hint):
                    texts[kind].append(name)
            settle_child = self._settle_hint(hint)
            if settle_child is not None:
                children[name] = self._plain_model(hint) or settle_child
        readers = [(_LISTS[kind], _read_many(names)) for kind, names in texts.items() if names]
        if not (readers or children):
            self._plain.add(model)
        made = self._settle[model] = write_settle(model, children, readers)
        return made

    def _plain_model(self, hint: Any) -> type[ModelStruct] | None:
        """Return the model of a value that needs nothing but its class; None if it needs more."""
        others = [one for one in alternatives(hint) if one not in (type(None), UnsetType)]
        return others[0] if len(others) == 1 and others[0] in self._plain else None

    def _settle_hint(self, hint: Any) -> Settle | None:
        found: dict[type, Settle] = {}
        for one in alternatives(hint):
            origin = typing.get_origin(one)
            if is_model(one):
                found[self.class_of(one)] = self.settle(one)
            elif origin in (list, dict):
                item = self._settle_hint(typing.get_args(one)[-1])
                if item is not None:
                    found[origin] = _settle_items(item) if origin is list else _settle_values(item)
        if not found:
            return None
        if len(found) == 1:
            (settle_only,) = found.values()
            others = [one for one in alternatives(hint) if one not in (type(None), UnsetType)]
            if len(others) == 1:
                return settle_only

        def settle(value: Any, times: TimeTexts | None) -> None:
            chosen = found.get(type(value))
            if chosen is not None:
                chosen(value, times)

        return settle


def write_settle(
    model: type[ModelStruct],
    children: Mapping[str, Settle | type[ModelStruct]],
    readers: Sequence[tuple[Callable[[TimeTexts], list[Any]], Callable[[Any], Iterable[Any]]]],
) -> Settle:
    """Write and compile the function that settles the objects of a model: two lines for each field.

    A loop over the fields would take twice as long, and this is most of what reading costs beside msgspec.
    """

    def collect(value: Any, times: TimeTexts) -> None:
        for list_of_kind, read in readers:
            list_of_kind(times).extend(read(value))

    names: dict[str, Any] = {"model": model, "collect": collect}
    lines = [
        "def settle(value, times):",
        *(["  if times is not None: collect(value, times)"] if readers else []),
    ]
    for number, (field, child) in enumerate(children.items()):
        names[f"child_{number}"] = child
        # Not sent, null and an empty list are false. An object is never false.
        act = f"child_{number}(child, times)"
        if isinstance(child, type):
            act = f"child.__class__ = child_{number}"
        lines += [f"  child = value.{field}", f"  if child: {act}"]
    # Last, because a decoding class shows what its slots hold.
    lines.append("  value.__class__ = model")
    exec("\n".join(lines), names)  # noqa: S102 - nothing of a response is in it, only fields of the model
    settle: Settle = names["settle"]
    return settle


_LISTS: dict[type[Time], Callable[[TimeTexts], list[Any]]] = {
    Timestamp: attrgetter("timestamps"),
    Time: attrgetter("times"),
    Date: attrgetter("dates"),
}


def _read_many(names: list[str]) -> Callable[[Any], Iterable[Any]]:
    if len(names) == 1:
        read = attrgetter(names[0])
        return lambda value: (read(value),)
    return attrgetter(*names)


def _settle_items(settle_item: Settle) -> Settle:
    def settle(items: Any, times: TimeTexts | None) -> None:
        for item in items:
            if item is not None:
                settle_item(item, times)

    return settle


def _settle_values(settle_item: Settle) -> Settle:
    settle_list = _settle_items(settle_item)

    def settle(items: Any, times: TimeTexts | None) -> None:
        settle_list(items.values(), times)

    return settle
