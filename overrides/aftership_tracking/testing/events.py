"""Builds events in the shape of any version, from the examples in that version's document."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import aftership_tracking.documents as installed_documents
from aftership_tracking.sending.identity import event_id as id_of
from aftership_tracking.webhooks.event_codes import UNKNOWN_EVENT, UNKNOWN_TAG, UPDATE

NEWEST = "newest"
"""Stands for the newest version that is installed."""
# What follows a parcel ends with these.
_ENDS = frozenset({"Delivered", "Expired"})
_EMPTY: Mapping[str, Any] = {"object": {}, "null": None}


def webhook_event(
    *,
    version: str | None = NEWEST,
    event: str = UPDATE,
    tag: str | None = None,
    serial: int = 1,
    event_id: str | None = None,
    ts: int | None = None,
    is_first_tag: bool | Literal["as documented"] | None = "as documented",
    more: Mapping[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """Return the body of a webhook: every field that its version documents, null where nothing is known.

    Args:
        version: YYYY-MM; None for a URL of before the versions. One that is not installed gets the shape of
            the nearest one that is.
        event: the code. One that no document knows gets the shape of `tracking_update`.
        tag: the status, also of the last checkpoint; that of the document's example by default. Any text.
        serial: the number of the event. It decides the id, and each is one second later.
        event_id: instead of the one that the serial gives.
        ts: when it happened, in seconds since 1970, instead of the second that the serial gives.
        is_first_tag: `is_tracking_first_tag`; None leaves it out. By default it is true for
            `tracking_update` and absent elsewhere, as in the documents.
        more: fields of the tracking that no document knows.
        fields: fields of the tracking, by the names of the version: `order_id="A-17"`.

    Raises:
        ValueError: the version has no field of that name.
    """
    shape = shape_of(version)
    written = _example(shape, event if event in _codes(shape) else UPDATE)
    message: dict[str, Any] = {**_nulls(shape), **written["msg"]}
    unknown = sorted(fields.keys() - _properties(shape).keys())
    if unknown:
        raise ValueError(
            f"{unknown[0]} is no field of a tracking in {shape}; put it into `more` if you mean it"
        )
    moment = written["ts"] + serial - 1 if ts is None else ts
    _set_time(message, written["ts"], moment)
    if tag is not None:
        _set_tag(message, tag, shape)
    message |= fields
    for name, empty in _when_empty(shape).items():
        if not message.get(name):
            message[name] = copy.copy(_EMPTY[empty])
    if is_first_tag == "as documented":
        is_first_tag = written.get("is_tracking_first_tag")
    return {
        "event": event,
        "event_id": id_of(serial) if event_id is None else event_id,
        **({} if is_first_tag is None else {"is_tracking_first_tag": is_first_tag}),
        "msg": {**message, **(more or {})},
        "ts": moment,
    }


def unknown_event(**options: Any) -> dict[str, Any]:
    """Return an event with a code that nobody knows. The arguments are those of `webhook_event`."""
    return webhook_event(**{"event": UNKNOWN_EVENT, **options})


def unknown_tag(**options: Any) -> dict[str, Any]:
    """Return an event with a status that nobody knows. The arguments are those of `webhook_event`."""
    return webhook_event(**{"tag": UNKNOWN_TAG, **options})


def shape_of(version: str | None) -> str:
    """The installed version whose shape stands for a version: itself, or the nearest older one.

    The oldest one stands for None and for all that are older.
    """
    installed = _installed()
    if version == NEWEST:
        return installed[-1]
    known = [each for each in installed if version is not None and each <= version]
    return known[-1] if known else installed[0]


def header_of(version: str | None) -> str | None:
    """What the version header says; None when it is absent."""
    return shape_of(NEWEST) if version == NEWEST else version


def future_version() -> str:
    """A version that is newer than all that are installed."""
    year = int(shape_of(NEWEST)[:4])
    return f"{year + 1}-01"


@cache
def _installed() -> tuple[str, ...]:
    return installed_documents.versions()


@cache
def _document(version: str) -> dict[str, Any]:
    return installed_documents.document(version)


def _codes(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _document(version)["webhooks"]
    return found


def _example(version: str, code: str) -> dict[str, Any]:
    body = _codes(version)[code]["post"]["requestBody"]
    examples = body["content"]["application/json"]["examples"]
    return copy.deepcopy(dict(next(iter(examples.values()))["value"]))


def _schemas(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _document(version)["components"]["schemas"]
    return found


def _properties(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _schemas(version)["Tracking"]["properties"]
    return found


def _when_empty(version: str) -> Mapping[str, str]:
    """How empty values come in a webhook of this version, where that is not as in the API."""
    found: Mapping[str, str] = _schemas(version)["WebhookEvent"]["properties"]["msg"].get("x-when-empty", {})
    return found


@cache
def _nulls(version: str) -> Mapping[str, None]:
    schemas = _schemas(version)
    return {name: None for name, schema in _properties(version).items() if "null" in _types(schema, schemas)}


def _types(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    kinds = schema.get("type", ())
    yield from [kinds] if isinstance(kinds, str) else kinds
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _types(part, schemas)
    if "$ref" in schema:
        yield from _types(schemas[schema["$ref"].rpartition("/")[2]], schemas)


def _set_time(message: dict[str, Any], documented: int, moment: int) -> None:
    """Move the times that are those of the event in the example."""
    before, after = _text(documented), _text(moment)
    for name in ("updated_at", "last_updated_at"):
        if message.get(name) == before:
            message[name] = after
    for checkpoint in message["checkpoints"]:
        if checkpoint.get("created_at") == before:
            checkpoint["created_at"] = after


def _text(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def _set_tag(message: dict[str, Any], tag: str, version: str) -> None:
    known: Mapping[str, str] = _schemas(version)["DeliverySubStatus"]["x-open-enum"]
    subtag = next((each for each in known if each.partition("_")[0] == tag), f"{tag}_001")
    text = known.get(subtag, tag).partition(":")[0]
    status = {"tag": tag, "subtag": subtag, "subtag_message": text}
    message |= status
    message["active"] = tag not in _ENDS
    if tag == "Pending":
        message["checkpoints"] = []
    for checkpoint in message["checkpoints"][-1:]:
        checkpoint |= {**status, "message": text}
