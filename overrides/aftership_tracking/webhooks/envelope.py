"""Reads the body of a delivery as an event, with the models of the version that its header names.

The choice is made for each delivery: a URL keeps the old version for retries while new deliveries come in the
new one, and at the end of a version AfterShip moves URLs to another by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models import codec
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.surprise import Report, Surprise, describe
from aftership_tracking.webhooks.errors import InvalidEnvelopeError, InvalidJsonError, UnknownVersionError
from aftership_tracking.webhooks.event import Event
from aftership_tracking.webhooks.signature import VERSION_HEADER

__all__ = ["newest", "read_data", "read_event", "read_moved", "spoken"]

ENVELOPE = "WebhookEvent"
_VERSION = re.compile(r"\d{4}-\d{2}")
_LATEST_TS = 253_402_300_799
"""The last second of the year 9999. A larger number would be milliseconds."""
_LONGEST_ID = 200


class Spoken(NamedTuple):
    """Which models read a delivery."""

    version: str | None
    """What the header says."""
    model_version: str
    models: str
    is_known: bool
    decode: Callable[[bytes], Any]
    """The quick way: raises ValueError for whatever is not as documented."""


def newest() -> str:
    """Return the newest version of this package."""
    return registry.versions()[-1]


# Bounded: the header is not signed, so anyone on the way may write any text into it.
@lru_cache(maxsize=64)
def spoken(version_header: tuple[str, ...]) -> Spoken:
    """Choose the models, given all values of the version header.

    Without a header it is a URL from before versions: the oldest models come nearest. A version between two
    known ones is read as the older of them, since every version stays until a later one changes it.
    """
    known = registry.versions()
    version = _named(version_header) if version_header else None
    if version in known:
        chosen = version
    elif version is None:
        chosen = known[0]
    elif _VERSION.fullmatch(version):
        chosen = max((one for one in known if one <= version), default=known[0])
    else:
        chosen = known[-1]
    models = registry.models(chosen)
    return Spoken(version, chosen, models, version in known, codec.decoder(models, ENVELOPE).decode)


def read_event(
    raw: bytes,
    version_header: tuple[str, ...] = (),
    strict: bool = False,
    on_surprise: Callable[[Surprise], None] | None = None,
) -> Event:
    """Return the event of a body, given all values of its version header. No signature is checked.

    Raises InvalidJsonError and InvalidEnvelopeError; when strict, also UnknownVersionError.
    """
    chosen = spoken(version_header)
    if strict and not chosen.is_known:
        _refuse_version(chosen.version)
    envelope: Any = None
    surprises: tuple[Surprise, ...] = ()
    if not strict and on_surprise is None:
        # The codec could do this as well; here it is most of the way of a delivery, and each call counts.
        try:
            envelope = chosen.decode(raw)
        except (ValueError, RecursionError):
            envelope = None
    if envelope is None:
        envelope, surprises = _decode(raw, chosen.models)
    wrong = _missing(envelope)
    if wrong:
        raise InvalidEnvelopeError(
            wrong, surprises=surprises, hint="It is not a webhook of AfterShip Tracking."
        )
    if surprises:
        if strict:
            raise InvalidEnvelopeError(
                f"the event differs from the document of {chosen.model_version}: {describe(surprises)}",
                surprises=surprises,
            )
        _tell(surprises, on_surprise)
    return Event(raw, envelope, chosen.version, chosen.model_version, chosen.is_known, surprises)


def read_moved(data: Mapping[str, Any], version: str) -> tuple[Any, tuple[Surprise, ...]]:
    """Return the envelope, as the models of `version` have it, of data in the shape of that version."""
    text = ""
    with suppress(RecursionError):
        text = json.dumps(data)
    if not text:
        raise InvalidEnvelopeError("the event is nested too deeply")
    return _decode(text.encode(), registry.models(version), thorough=False)


def read_data(raw: bytes) -> dict[str, Any]:
    """Return a body that was read before as plain JSON data."""
    data: dict[str, Any] = codec.read_json(raw, Report())
    return data


def _decode(raw: bytes, models: str, *, thorough: bool = True) -> codec.Decoded:
    """Read what comes, whatever it is, and note what is not as documented."""
    wrong = ""
    try:
        return codec.decode(raw, models, ENVELOPE, thorough=thorough, operation="webhook")
    except DecodeError as error:
        # Its text names a position and no content; its frames hold the body.
        wrong = error.message
    raise InvalidJsonError(wrong.replace("the answer", "the body"))


def _named(values: tuple[str, ...]) -> str | None:
    """Return what the header says. Two that agree are one; of two that differ none is believed."""
    named = {value.strip() for value in values}
    return named.pop() if len(named) == 1 else ", ".join(values)


def _missing(envelope: object) -> str:
    """Say what keeps a body from being an event, or nothing. The tolerant pass leaves values as they came."""
    if not isinstance(envelope, Model):
        return "the body is no JSON object"
    # The models of every version have these fields, and the tolerant pass fills them with whatever came.
    fields: Any = envelope
    code, event_id, ts = fields.event, fields.event_id, fields.ts
    if not (isinstance(code, str) and code):
        return "the body has no event code"
    # Without it a duplicate cannot be told from a new event; and it becomes the key of a store.
    if not (isinstance(event_id, str) and 0 < len(event_id) <= _LONGEST_ID and event_id.isprintable()):
        return "the body has no event_id that can be used"
    if type(ts) is not int or not 0 <= ts <= _LATEST_TS:
        return "the body has no ts in seconds"
    if not isinstance(fields.msg, Model):
        return "the body has no msg object"
    return ""


def _refuse_version(version: str | None) -> None:
    if version is None:
        raise UnknownVersionError(f"there is no {VERSION_HEADER} header")
    raise UnknownVersionError(
        f"the version {version[:60]!a} is not among those of this package: {', '.join(registry.versions())}"
    )


def _tell(surprises: tuple[Surprise, ...], on_surprise: Callable[[Surprise], None] | None) -> None:
    if on_surprise is not None:
        for surprise in surprises:
            on_surprise(surprise)
        return
    from aftership_tracking.runtime.logger import LOGGER

    LOGGER.warning("webhook: the event differs from the document: %s", describe(surprises, at_most=10))
