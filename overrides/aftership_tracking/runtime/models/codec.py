"""Bytes to models and back.

Reading has two passes. The fast one is msgspec's typed decoder, which fills models in C and knows only yes or
no. The tolerant one (`structure`) keeps whatever comes and reports what surprised it. It runs when the fast
one says no, or when the caller wants to know about surprises that the fast one does not see: unknown fields
and enum values.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import msgspec

from aftership_tracking.errors import DecodeError, UsageError
from aftership_tracking.runtime.models.plain import plain
from aftership_tracking.runtime.models.structure import structurer
from aftership_tracking.runtime.models.times import Date, Time, Timestamp, parse_time
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.surprise import Report, Surprise

__all__ = ["Decoded", "decode", "encode_body", "encode_model", "read_json"]


class Decoded(NamedTuple):
    """A value, and how it differs from what the document says."""

    value: Any
    surprises: tuple[Surprise, ...] = ()

    def __repr__(self) -> str:
        # The value is what a crash reporter must not collect.
        return f"<Decoded with {len(self.surprises)} surprises>"


def decode(body: bytes, models: str, name: str, *, thorough: bool = False, operation: str = "") -> Decoded:
    """Read a JSON text as the model `name` of the module `models`.

    `thorough` always takes the second pass, which finds unknown fields and enum values too and costs about
    six times as much. Raises DecodeError if the body is no JSON at all; everything else is a surprise.
    """
    if not thorough:
        try:
            return Decoded(decoder(models, name).decode(body))
        except (ValueError, RecursionError):
            # msgspec's errors and UnicodeDecodeError are ValueErrors. The second pass finds out what it was.
            pass
    report = Report(operation)
    content = read_json(body, report)
    try:
        value = structurer(getattr(import_module(models), name))(content, None, report)
        return Decoded(value, report.surprises())
    except RecursionError:
        pass
    raise DecodeError(_TOO_DEEP)


@cache
def decoder(models: str, name: str) -> msgspec.json.Decoder[Any]:
    """Return the typed decoder of a model. Built on first use, because building takes milliseconds."""
    model = getattr(import_module(models), name)
    with _building:
        return msgspec.json.Decoder(model, dec_hook=_decode_time)


# msgspec remembers what it knows about a class on the class, before it knows all of it. Two threads that
# build at once crash the process, and so would a child that was forked in the middle.
_building = threading.Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_building.acquire, after_in_parent=_building.release, after_in_child=_building.release
    )


def _decode_time(cls: type, value: Any) -> object:
    # Called for every time of a page, so it asks for no more than it must. What is no text is a TypeError by
    # itself.
    if cls is Timestamp:
        if _read_moment(value).tzinfo is not None:
            return Timestamp(value)
    elif cls is Time:
        try:
            _read_moment(value)
        except ValueError:
            return parse_time(value)
        return Time(value)
    elif cls is Date:
        if len(value) == 10 and value[7] == "-":
            _read_day(value)
            return Date(value)
        raise ValueError("not a plain date")
    raise ValueError("a time without a zone")


_read_moment = dt.datetime.fromisoformat
_read_day = dt.date.fromisoformat


def read_json(body: bytes, report: Report) -> Any:
    """Read a JSON text without types, and forgive what can be forgiven: each pardon is a surprise of the
    root.

    Raises DecodeError if nothing can be made of it.
    """
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        pass
    text = body.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        report.add(None, "JSON", "a byte order mark before it")
        text = text[1:]
    if "\ufffd" in text and b"\xef\xbf\xbd" not in body:
        report.add(None, "JSON in UTF-8", "bytes that are none")
    value, wrong = _patient(text)
    if wrong:
        raise DecodeError(wrong)
    if not report.surprises():
        report.add(None, "strict JSON", "half of a surrogate pair, or a number that is none or too long")
    return value


def _patient(text: str) -> tuple[Any, str]:
    """Return the value, or what is wrong. An error raised here would hold the text as its context."""
    try:
        return json.loads(text, parse_int=_whole_number), ""
    except RecursionError:
        return None, _TOO_DEEP
    except json.JSONDecodeError as error:
        # The message names a position and no content.
        return None, f"the answer is not JSON ({error.msg} at character {error.pos})"


def _whole_number(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        # Python refuses thousands of digits, because turning them into a number takes too long.
        return digits


_TOO_DEEP = "the answer is nested too deeply"


def encode_body(body: dict[str, object] | Any, wrapper: str | None) -> bytes:
    """Write a request body from the arguments of a call.

    Arguments that are UNSET are left out, None becomes null. Raises UsageError for what has no JSON form.
    """
    sent = {name: value for name, value in body.items() if value is not UNSET}
    content: object = sent if wrapper is None else {wrapper: sent}
    values = plain(content, "")
    try:
        return msgspec.json.encode(values)
    except (ValueError, OverflowError):
        # Not `from`: the error of the encoder would show a piece of the text.
        raise UsageError(
            "the body holds a text with half of a surrogate pair, or a number too large for JSON"
        ) from None


def encode_model(value: object) -> bytes:
    """Write a model as JSON again: what was not sent is left out, null stays null, texts of times are
    unchanged.
    """
    return _ENCODER.encode(value)


def _encode_time(value: object) -> object:
    if isinstance(value, Time):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_time)
