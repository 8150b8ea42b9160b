"""Builds events in the shape of any version, from the examples in that version's document."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import aftership_tracking.documents as installed_documents
from aftership_tracking.migration.moves import field_name
from aftership_tracking.testing.statuses import set_status
from aftership_tracking.webhooks.event_codes import UNKNOWN_EVENT, UNKNOWN_TAG, UPDATE
from aftership_tracking.webhooks.sending.event_ids import event_id as id_of

NEWEST = "newest"
"""Stands for the newest version that is installed."""
_ENVELOPE = frozenset({"event", "event_id", "msg", "ts"})
_EMPTY: Mapping[str, Any] = {"object": {}, "null": None}
# Of a body that is made up; a time that looks like one of the examples.
_SMALLEST: Mapping[str, Any] = {"msg": {}, "ts": 1_700_000_000}


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
        version: YYYY-MM; None for a URL that is older than webhook versions. A version that is not installed
            gets the shape of the nearest installed one.
        event: the code. One without an example in its document gets that of another event with the same
            schema, or else the smallest body that its schema accepts (made with the extra `mock`). A code
            that no document knows gets the shape of `tracking_update`.
        tag: the status, also of the last checkpoint; by default that of the document's example. Any string.
        serial: the number of the event. It decides the id and the time: each event is one second later.
        event_id: instead of the id from the serial.
        ts: when it happened, in seconds since 1970, instead of the time from the serial.
        is_first_tag: `is_tracking_first_tag`; None leaves it out. By default it is true for
            `tracking_update` and absent elsewhere, as in the documents.
        more: fields of the tracking that no document knows.
        fields: fields of the tracking, by the names of the version: `order_id="A-17"`.

    Raises:
        ValueError: the version has no field of that name.
    """
    shape = shape_of(version)
    example = _example(shape, event if event in _codes(shape) else UPDATE)
    message: dict[str, Any] = {**_nulls(shape), **example["msg"]}
    unknown = sorted(fields.keys() - _properties(shape).keys())
    if unknown:
        raise ValueError(
            f"{unknown[0]} is not a field of a tracking in {shape}; put it into `more` if you mean it"
        )
    happened_at = example["ts"] + serial - 1 if ts is None else ts
    _set_time(message, example["ts"], happened_at)
    if tag is not None:
        set_status(message, _schemas(shape)["DeliverySubStatus"]["x-open-enum"], tag)
    message |= fields
    for name, empty in _when_empty(shape).items():
        if not message.get(name):
            message[name] = copy.copy(_EMPTY[empty])
    first_tag = _first_tag(shape)
    if is_first_tag == "as documented":
        is_first_tag = example.get(first_tag)
    return {
        "event": event,
        "event_id": id_of(serial) if event_id is None else event_id,
        **({} if is_first_tag is None else {first_tag: is_first_tag}),
        "msg": {**message, **(more or {})},
        "ts": happened_at,
        # What a version has besides.
        **{name: value for name, value in example.items() if name not in {*_ENVELOPE, first_tag}},
    }


def unknown_event(**options: Any) -> dict[str, Any]:
    """Return an event with an unknown code. `options` are the arguments of `webhook_event`."""
    return webhook_event(**{"event": UNKNOWN_EVENT, **options})


def unknown_tag(**options: Any) -> dict[str, Any]:
    """Return an event with an unknown status. `options` are the arguments of `webhook_event`."""
    return webhook_event(**{"tag": UNKNOWN_TAG, **options})


def shape_of(version: str | None) -> str:
    """Return the installed version whose shape a version has: itself, or the nearest older one.

    None, and versions that are older than all installed ones, have the shape of the oldest one.
    """
    installed = _installed()
    if version == NEWEST:
        return installed[-1]
    known = [each for each in installed if version is not None and each <= version]
    return known[-1] if known else installed[0]


def header_of(version: str | None) -> str | None:
    """Return the value of the version header; None if a delivery has no such header."""
    return shape_of(NEWEST) if version == NEWEST else version


def future_version() -> str:
    """Return a version that is newer than all installed ones."""
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
    own = _media(version, code)
    found = _example_in(version, own)
    if found is not None:
        return copy.deepcopy(dict(found))
    for other in (_media(version, each) for each in dict.fromkeys((UPDATE, *_codes(version)))):
        found = _example_in(version, other) if other["schema"] == own["schema"] else None
        if found is not None:
            # Whether it is the first update under a status is a fact of the other event.
            first_tag = _first_tag(version)
            return {name: value for name, value in copy.deepcopy(dict(found)).items() if name != first_tag}
    # Imported lazily: it needs the extra, and most events have an example.
    from aftership_tracking.mock.documents.schema_node import SchemaNode
    from aftership_tracking.mock.documents.small_value import small_value

    pointer = f"/webhooks/{code}/post/requestBody/content/application~1json/schema"
    return {**_SMALLEST, **small_value(SchemaNode(_document(version), pointer))}


def _first_tag(version: str) -> str:
    """The name of `is_tracking_first_tag` in a version."""
    return field_name("is_tracking_first_tag", "WebhookEvent", _installed()[0], version)


def _media(version: str, code: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _codes(version)[code]["post"]["requestBody"]["content"]["application/json"]
    return found


def _example_in(version: str, media: Mapping[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    for each in media.get("examples", {}).values():
        if "$ref" in each:
            return _document(version)["components"]["examples"][each["$ref"].rpartition("/")[2]]["value"]
        return each["value"]
    return None


def _schemas(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _document(version)["components"]["schemas"]
    return found


def _properties(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _schemas(version)["Tracking"]["properties"]
    return found


def _when_empty(version: str) -> Mapping[str, str]:
    """Return how empty values look in a webhook of this version, if they differ from those of the API."""
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


def _set_time(message: dict[str, Any], documented: int, happened_at: int) -> None:
    """Move the times that equal the time of the event in the example."""
    before, after = _iso_time(documented), _iso_time(happened_at)
    for name in ("updated_at", "last_updated_at"):
        if message.get(name) == before:
            message[name] = after
    for checkpoint in message.get("checkpoints", ()):
        if checkpoint.get("created_at") == before:
            checkpoint["created_at"] = after


def _iso_time(ts: int) -> str:
    return datetime.fromtimestamp(ts, UTC).isoformat()
