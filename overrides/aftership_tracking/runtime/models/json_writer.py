"""Models, and anything that holds models, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from aftership_tracking.runtime.models.struct import EXTRA, EXTRA_KEY, ModelStruct, raw_values
from aftership_tracking.runtime.models.times import Time
from aftership_tracking.runtime.models.unset import UNSET

__all__ = ["encode_hook", "encode_model", "encode_values"]


def encode_model(value: object) -> bytes:
    """Write a model, or anything that holds models, as JSON: what was not sent is left out, null stays null,
    times keep their original string, and unknown fields stand beside the others.

    Half of a surrogate pair is written as an escape, as JSON does. Raises TypeError for an object that has no
    JSON form.
    """
    try:
        encoded = _ENCODER.encode(value)
        # Nearly always there is nothing to move. The mark may also be the text of somebody else.
        return _ENCODER.encode(_merge_extra(value)) if _EXTRA_MARK in encoded else encoded
    except UnicodeEncodeError:
        pass
    values = msgspec.to_builtins(_merge_extra(value), enc_hook=_encode_other, builtin_types=(Decimal,))
    try:
        # Unlike msgspec, `json` can escape what UTF-8 does not have.
        return json.dumps(values, separators=(",", ":"), default=float, allow_nan=False).encode("ascii")
    except ValueError:
        raise TypeError("it holds a number that JSON does not have") from None


def _merge_extra(value: Any) -> Any:
    """Return a value without models: each is a dict that holds its unknown fields beside the others."""
    if isinstance(value, ModelStruct):
        held = raw_values(value)
        extra = held.pop(EXTRA, {})
        if not isinstance(extra, dict):
            raise TypeError(f"`extra` must be a dict, not {type(extra).__name__}")
        known = {name: _merge_extra(found) for name, found in held.items()}
        return known | {name: found for name, found in extra.items() if name not in known}
    if isinstance(value, Mapping):
        return {name: _merge_extra(found) for name, found in value.items()}
    return [_merge_extra(item) for item in value] if isinstance(value, list | tuple) else value


def encode_values(values: object) -> bytes:
    """Write what a program gives as the JSON of a model: dicts, lists, strings, numbers, booleans, None,
    models, and what has one obvious form in JSON, such as a `datetime` or a `Decimal`.

    Raises TypeError for everything else, and for what an encoder would silently write as something else
    (bytes, NaN, keys that are not strings).
    """
    _check_values(values)
    try:
        return encode_model(values)
    except RecursionError:
        raise TypeError("the values are nested too deeply") from None


_PLAIN = frozenset((str, int, bool, type(None)))
_STRINGS = frozenset((str,))


def _check_values(values: object) -> None:
    # Containers stay referred to: a circle would have no end, and an id is that of a living object.
    pending, containers = [values], dict[int, object]()
    while pending:
        value = pending.pop()
        items = _items_of(value)
        if items is None:
            _check_value(value)
        elif id(value) not in containers:
            containers[id(value)] = value
            pending += [item for item in items if type(item) not in _PLAIN]


def _items_of(value: object) -> Iterable[object] | None:
    """Return what is in a container; None for other values. Refuses keys that are not strings."""
    # Nearly all are dicts and lists, and the other checks take longer.
    if type(value) is list:
        return value
    if type(value) is dict or isinstance(value, Mapping):
        # This is a loop in C.
        if not _STRINGS.issuperset(map(type, value)):
            for key in value:
                if not isinstance(key, str):
                    raise TypeError(f"the key {key!r} is not a string")
        return value.values()
    return value if isinstance(value, (list, tuple, set, frozenset)) else None


def _check_value(value: object) -> None:
    if isinstance(value, (float, Decimal)):
        if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
            raise TypeError(f"{value} is not a number of JSON")
    elif isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    elif value is UNSET:
        raise TypeError("UNSET has no JSON form: leave the key out")


def encode_hook(value: object) -> object:
    """The `enc_hook` for an encoder of msgspec that is not ours: times become their original string.

    `value`: what the encoder does not know.

    Raises TypeError for other objects.
    """
    if isinstance(value, Time):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _encode_other(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else encode_hook(value)


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")
_EXTRA_MARK = msgspec.json.encode(EXTRA_KEY)
