"""Bytes to models and back.

Reading has two passes. The fast pass is msgspec's typed decoder, which fills models in C and either succeeds
or fails. The second pass (`tolerant_reader`) preserves every value and reports the surprises. It runs when
the fast pass fails, or when the caller wants to know about surprises that the fast pass does not see: unknown
fields and enum values.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import msgspec

from aftership_tracking.errors import DecodeError, UsageError
from aftership_tracking.runtime.lazy_imports import ForkLock
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.runtime.models.times import Date, Time, Timestamp, parse_time
from aftership_tracking.runtime.models.tolerant_reader import reader_of
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.surprise import Report, Surprise

__all__ = ["Decoded", "decode", "encode_body", "encode_model", "read_json"]


class Decoded(NamedTuple):
    """A value, and how it differs from the document."""

    value: Any
    surprises: tuple[Surprise, ...] = ()

    def __repr__(self) -> str:
        # Crash reporters must not collect the value.
        return f"<Decoded with {len(self.surprises)} surprises>"


def decode(body: bytes, models: str, name: str, *, thorough: bool = False, operation: str = "") -> Decoded:
    """Read JSON as the model `name` of the module `models`.

    With `thorough` the second pass always runs. It also finds unknown fields and enum values, and takes about
    six times as long. Raises DecodeError if the body is not JSON at all; everything else is a surprise.
    """
    if not thorough:
        try:
            return Decoded(decoder(models, name).decode(body))
        except (ValueError, RecursionError):
            # msgspec's errors and UnicodeDecodeError are ValueErrors. The second pass finds the cause.
            pass
    report = Report(operation)
    content = read_json(body, report)
    try:
        value = reader_of(getattr(import_module(models), name))(content, None, report)
        return Decoded(value, report.surprises())
    except RecursionError:
        pass
    raise DecodeError(_TOO_DEEP)


@cache
def decoder(models: str, name: str) -> msgspec.json.Decoder[Any]:
    """Return the typed decoder of a model. It is built on first use, because building takes milliseconds."""
    model = getattr(import_module(models), name)
    with _BUILD_LOCK:
        return msgspec.json.Decoder(model, dec_hook=_decode_time)


# msgspec stores its information about a class on the class before it is complete. Two threads that build at
# the same time crash the process, and so would a child process that was forked during a build.
_BUILD_LOCK = ForkLock()


def _decode_time(cls: type, value: Any) -> object:
    # Called for every time of a page, so it checks no more than it must. A value that is not a string raises
    # TypeError by itself.
    if cls is Timestamp:
        if _parse_datetime(value).tzinfo is not None:
            return Timestamp(value)
    elif cls is Time:
        try:
            _parse_datetime(value)
        except ValueError:
            return parse_time(value)
        return Time(value)
    elif cls is Date:
        if len(value) == 10 and value[7] == "-":
            _parse_day(value)
            return Date(value)
        raise ValueError("not a plain date")
    raise ValueError("a time without a zone")


_parse_datetime = dt.datetime.fromisoformat
_parse_day = dt.date.fromisoformat


def read_json(body: bytes, report: Report) -> Any:
    """Read JSON without types, and accept what strict JSON forbids where possible: each exception is a
    surprise at the root.

    Raises DecodeError if the body cannot be read.
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
        report.add(None, "JSON in UTF-8", "bytes that are not UTF-8")
    value, problem = _parse_leniently(text)
    if problem:
        raise DecodeError(problem)
    if not report.surprises():
        report.add(None, "strict JSON", "half of a surrogate pair, or a number that is not valid or too long")
    return value


def _parse_leniently(text: str) -> tuple[Any, str]:
    """Return the value, or a message. An error raised here would hold the content as its context."""
    try:
        return json.loads(text, parse_int=_parse_integer), ""
    except RecursionError:
        return None, _TOO_DEEP
    except json.JSONDecodeError as error:
        # The message names a position and shows no content.
        return None, f"the response is not JSON ({error.msg} at character {error.pos})"


def _parse_integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        # Python refuses thousands of digits, because converting them takes too long.
        return digits


_TOO_DEEP = "the response is nested too deeply"


def encode_body(body: dict[str, object] | Any, wrapper: str | None) -> bytes:
    """Write a request body from the arguments of a call.

    Arguments that are UNSET are left out, None becomes null. Raises UsageError for values that have no JSON
    form.
    """
    sent = {name: value for name, value in body.items() if value is not UNSET}
    content: object = sent if wrapper is None else {wrapper: sent}
    values = to_json_value(content, "")
    try:
        return msgspec.json.encode(values)
    except (ValueError, OverflowError):
        # `from None`, because the error of the encoder would show a part of the body.
        raise UsageError(
            "the body holds a string with half of a surrogate pair, or a number too large for JSON"
        ) from None


def encode_model(value: object) -> bytes:
    """Write a model as JSON: UNSET fields are left out, null stays null, times keep their original string."""
    return _ENCODER.encode(value)


def _encode_time(value: object) -> object:
    if isinstance(value, Time):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_time)
