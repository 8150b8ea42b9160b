"""Reads the body of a delivery with the models of its version: a typed envelope with the tracking in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models import codec
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.surprise import Report, Surprise, describe
from aftership_tracking.webhooks.errors import InvalidEnvelopeError, InvalidJsonError, UnknownVersionError
from aftership_tracking.webhooks.events.model_choice import ENVELOPE, choose_models
from aftership_tracking.webhooks.events.repair import is_usable_id, is_usable_ts, repair, set_identity
from aftership_tracking.webhooks.signature import VERSION_HEADER

__all__ = ["Envelope", "read_data", "read_envelope", "read_migrated"]


class Envelope(NamedTuple):
    """A body that was read."""

    content: Any
    """The model `WebhookEvent` of `model_version`."""
    version: str | None
    """What the version header says."""
    model_version: str
    is_known_version: bool
    surprises: tuple[Surprise, ...] = ()


def read_envelope(
    raw: bytes,
    version_header: tuple[str, ...] = (),
    strict: bool = False,
    on_surprise: Callable[[Surprise], None] | None = None,
) -> Envelope:
    """Read a body, given all values of its version header. No signature is checked.

    Raises InvalidJsonError and InvalidEnvelopeError; when strict, also UnknownVersionError.
    """
    chosen = choose_models(version_header)
    if strict and not chosen.is_known:
        _refuse_version(chosen.version)
    content: Any = None
    surprises: tuple[Surprise, ...] = ()
    if not strict and on_surprise is None:
        # The codec could do this as well. But reading takes most of the time, and each call counts.
        try:
            content = chosen.decode(raw)
        except (ValueError, RecursionError):
            content = None
    if content is None:
        content, surprises = _decode(raw, chosen.models, thorough=strict or on_surprise is not None)
    problem = _find_problem(content)
    if problem and not strict and isinstance(content, Model):
        surprises += repair(content, raw)
        problem = _find_problem(content)
    if problem:
        raise InvalidEnvelopeError(
            problem, surprises=surprises, hint="It is not a webhook of AfterShip Tracking."
        )
    if surprises:
        if strict:
            raise InvalidEnvelopeError(
                f"the event differs from the document of {chosen.model_version}: {describe(surprises)}",
                surprises=surprises,
            )
        _report(surprises, on_surprise)
    return Envelope(content, chosen.version, chosen.model_version, chosen.is_known, surprises)


def read_migrated(
    data: Mapping[str, Any], version: str, event_id: str, ts: int
) -> tuple[Any, tuple[Surprise, ...]]:
    """Read data in the shape of `version` with its models. Return the content and the surprises.

    The id and the time of the event do not change with its shape.
    """
    body = ""
    with suppress(RecursionError):
        body = json.dumps(data)
    if not body:
        raise InvalidEnvelopeError("the event is nested too deeply")
    content, surprises = _decode(body.encode(), registry.models(version), thorough=False)
    set_identity(content, event_id, ts)
    return content, surprises


def read_data(raw: bytes) -> dict[str, Any]:
    """Return a body that was read before as plain JSON data."""
    data: dict[str, Any] = codec.read_json(raw, Report())
    return data


def _decode(raw: bytes, models: str, *, thorough: bool) -> codec.Decoded:
    """Decode a body, whatever it holds, and note what is not as documented."""
    problem = ""
    try:
        return codec.decode(raw, models, ENVELOPE, thorough=thorough, operation="webhook")
    except DecodeError as error:
        # Its message names a position and shows no content. Its frames hold the body, so it is not chained.
        problem = error.message
    # The codec speaks of a response; here it is a body.
    raise InvalidJsonError(f"the body is{problem.partition(' is')[2]}")


def _find_problem(content: object) -> str:
    """Say why a body is not an event; empty if it is one. The tolerant pass leaves values as they came."""
    if not isinstance(content, Model):
        return "the body is not a JSON object"
    # The models of every version have these fields, and the tolerant pass fills them with whatever came.
    fields: Any = content
    code, event_id, ts = fields.event, fields.event_id, fields.ts
    if not (isinstance(code, str) and code):
        return "the body has no event code"
    # Without an id a duplicate looks like a new event.
    if not is_usable_id(event_id):
        return "the body has no usable event_id"
    if not is_usable_ts(ts):
        return "the body has no ts in seconds"
    if not isinstance(fields.msg, Model):
        return "the body has no msg object"
    return ""


def _refuse_version(version: str | None) -> None:
    if version is None:
        raise UnknownVersionError(f"the {VERSION_HEADER} header is missing")
    raise UnknownVersionError(
        f"the version {version[:60]!a} is not among those of this package: {', '.join(registry.versions())}"
    )


def _report(surprises: tuple[Surprise, ...], on_surprise: Callable[[Surprise], None] | None) -> None:
    if on_surprise is not None:
        for surprise in surprises:
            on_surprise(surprise)
        return
    # Imported lazily: most deliveries have no surprise.
    from aftership_tracking.runtime.logger import LOGGER, log_fields

    LOGGER.warning(
        "webhook: the event differs from the document: %s",
        describe(surprises, at_most=10),
        extra=log_fields("surprise", operation=None, surprises=len(surprises), trace_id=None),
    )
