"""Bytes to models and back.

Reading has two passes. The fast pass is msgspec's typed decoder, which fills models in C and either succeeds
or fails. The tolerant pass (`tolerant_reader`) preserves every value and reports the surprises. It runs when
the fast pass fails, or when the caller wants to know and the fast pass met an odd time or an unknown enum
value. A field that the document does not know makes the fast pass fail once; from then on it is looked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from aftership_tracking.errors import DecodeError, UsageError
from aftership_tracking.runtime.lazy_imports import ForkLock, load
from aftership_tracking.runtime.models.annotations import has_kind, needs_choice, needs_extra, resolve_hint
from aftership_tracking.runtime.models.decoding_classes import DecodingClasses, Demand, TimeTexts
from aftership_tracking.runtime.models.enums import UNKNOWN_VALUES
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.runtime.models.struct import ModelStruct
from aftership_tracking.runtime.models.times import parse_as
from aftership_tracking.runtime.models.tolerant_reader import compile_reader, reader_of
from aftership_tracking.runtime.models.unknown_fields import attach_unknown_fields
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.surprise import Report, Surprise, kind

__all__ = [
    "Decoded",
    "decode",
    "decode_as",
    "decode_type",
    "encode_body",
    "encode_value",
    "fast_decoder",
    "model_class",
    "read_json",
]


class Decoded(NamedTuple):
    """A value, and how it differs from the document."""

    value: Any
    surprises: tuple[Surprise, ...] = ()

    def __repr__(self) -> str:
        # Crash reporters must not collect the value.
        return f"<Decoded with {len(self.surprises)} surprises>"


def decode(
    body: bytes,
    models: str,
    name: str,
    *,
    thorough: bool = False,
    partial: bool = False,
    operation: str = "",
) -> Decoded:
    """Read JSON as the model `name` of the module `models`; see `decode_as`."""
    model = model_class(models, name)
    return decode_as(body, model, thorough=thorough, partial=partial, operation=operation)


@cache
def model_class(models: str, name: str) -> Any:
    """Return the model `name` of the module `models`."""
    return getattr(load(models), name)


def decode_as(
    body: bytes,
    # A class of models. For type checkers it is not hashable, because its objects are not.
    model: Any,
    *,
    thorough: bool = False,
    partial: bool = False,
    operation: str = "",
) -> Decoded:
    """Read JSON as a model.

    Unknown fields and enum values are always preserved. With `thorough` they are also reported, and each time
    is checked, and so is the absence of a field that a full response holds, unless the response is `partial`
    (a call with `fields=`). Raises DecodeError if the body is not JSON at all; everything else is a surprise.
    """
    # A missing field is reported to somebody who wants to know.
    partial = partial or not thorough
    report = Report(operation, partial=partial)
    try:
        fits, value = _decode_fast(body, model, thorough, report)
    except (ValueError, RecursionError):
        # msgspec's errors and UnicodeDecodeError are ValueErrors. The tolerant pass finds the cause.
        pass
    else:
        if fits:
            return Decoded(value, report.surprises() if thorough else ())
    report = Report(operation, partial=partial)
    content = read_json(body, report)
    try:
        value = reader_of(model)(content, None, report)
        if report.has_unknown_fields() or needs_extra(model):
            _WITH_UNKNOWN_FIELDS[model] = _FORGET_AFTER
        tell = thorough or report.breaks_the_document()
        return Decoded(value, report.surprises() if tell else ())
    except RecursionError:
        pass
    # Raised here, because the context of an error raised above would hold the content.
    raise DecodeError(_TOO_DEEP)


def decode_type(
    body: bytes, models: str, annotation: str, *, thorough: bool = False, operation: str = ""
) -> Decoded:
    """Read JSON as a type that is not a model, such as `list[Courier]`. `models` has its names.

    It is as open as `decode`, except for the value as a whole: raises DecodeError if that is of another kind.
    """
    report = Report(operation, partial=not thorough)
    hint = resolve_hint(annotation, models)
    content = read_json(body, report)
    try:
        value = compile_reader(hint)(content, None, report)
    except RecursionError:
        pass
    else:
        if not has_kind(value, hint):
            raise DecodeError(f"the response is {kind(content)}, and not {annotation}")
        tell = thorough or report.breaks_the_document()
        return Decoded(value, report.surprises() if tell else ())
    raise DecodeError(_TOO_DEEP)


# Models of which one of the last responses held fields that the document does not know, and how many more
# responses without such fields it takes to forget that. The service adds fields to a version, and then many
# responses have them: to try the strict decoder first would only cost time.
_WITH_UNKNOWN_FIELDS: dict[type[ModelStruct], int] = {}
_FORGET_AFTER = 20


def _decode_fast(
    body: bytes,
    model: Any,
    thorough: bool,
    report: Report,
) -> tuple[bool, Any]:
    """Decode with msgspec, and say whether the value is right and each difference is in the report.

    Raises ValueError or RecursionError if the response is not as the document says.
    """
    full = not report.partial
    before = UNKNOWN_VALUES.seen
    times = TimeTexts() if thorough else None
    clean_left = _WITH_UNKNOWN_FIELDS.get(model)
    if clean_left is not None:
        value = _decoder(model, Demand(known=False, full=full))(body, times)
        attach_unknown_fields(model, value, msgspec.json.decode(body), report)
        if report.breaks_the_document():
            # A further field has another type than the document says. The tolerant pass tells.
            return False, value
        if report.has_unknown_fields() or needs_extra(model):
            _WITH_UNKNOWN_FIELDS[model] = _FORGET_AFTER
        elif clean_left > 1:
            _WITH_UNKNOWN_FIELDS[model] = clean_left - 1
        else:
            _WITH_UNKNOWN_FIELDS.pop(model, None)
    else:
        value = _decoder(model, Demand(known=True, full=full))(body, times)
    return times is None or (before == UNKNOWN_VALUES.seen and times.all_fit()), value


def fast_decoder(models: str, name: str) -> Callable[[bytes], Any]:
    """Return the function that reads JSON as a model if it is as the document says.

    It raises ValueError or RecursionError if it is not, and says nothing about times and enum values.
    """
    return _decoder(model_class(models, name), Demand(known=True, full=False))


@cache
def _decoder(model: Any, demand: Demand) -> Callable[..., Any]:
    """Return a function from the body, and from what collects its times, to a model. It is built on first
    use, because building takes milliseconds.
    """
    if needs_choice(model):
        return _refuse_fast
    with _BUILD_LOCK:
        classes = _decoding_classes(model.__module__, demand)
        decode_class = msgspec.json.Decoder(classes.class_of(model), dec_hook=_decode_time).decode
        settle = classes.settle(model)

    def decode_body(body: bytes, times: TimeTexts | None = None) -> Any:
        value = decode_class(body)
        settle(value, times)
        return value

    return decode_body


def _refuse_fast(_body: bytes, _times: TimeTexts | None = None) -> Any:
    # msgspec has no union of models that a field of theirs distinguishes.
    raise ValueError("only the tolerant pass chooses among models")


@cache
def _decoding_classes(_models: str, demand: Demand) -> DecodingClasses:
    return DecodingClasses(demand)


# msgspec stores its information about a class on the class before it is complete. Two threads that build at
# the same time crash the process, and so would a child process that was forked during a build.
_BUILD_LOCK = ForkLock()


def _decode_time(cls: type, value: Any) -> object:
    # Called for times in lists and maps only. msgspec makes an error of its own of a ValueError or TypeError.
    if type(value) is not str:
        raise TypeError("not a string")
    return parse_as(cls, value)


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
        return json.loads(text, parse_int=_parse_integer, parse_float=_parse_float, parse_constant=str), ""
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


def _parse_float(digits: str) -> float | str:
    # What is too large would become infinite, and could not be written again. Neither could NaN.
    number = float(digits)
    return number if math.isfinite(number) else digits


_TOO_DEEP = "the response is nested too deeply"


def encode_body(body: dict[str, object] | Any, wrapper: str | None) -> bytes:
    """Write a request body from the arguments of a call.

    Arguments that are UNSET are left out, None becomes null. Raises UsageError for values that have no JSON
    form.
    """
    sent = {name: value for name, value in body.items() if value is not UNSET}
    return encode_value(sent if wrapper is None else {wrapper: sent})


def encode_value(content: object) -> bytes:
    """Write any value of a request as JSON. Raises UsageError for what has no JSON form."""
    values = to_json_value(content, "", complete=True)
    try:
        return msgspec.json.encode(values)
    except (ValueError, OverflowError):
        # `from None`, because the error of the encoder would show a part of the body.
        raise UsageError(
            "the body holds a string with half of a surrogate pair, or a number too large for JSON"
        ) from None
