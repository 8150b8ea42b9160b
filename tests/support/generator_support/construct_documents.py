"""The made-up documents of docs/document-constructs.md, one for each construct that works.

The tests of the generated client call a stub with them, those of the mock the mock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from generator_support.constructs import document, parameter, thing, with_schemas
from generator_support.documents import ref

STRING = {"type": "string"}
INTEGER = {"type": "integer"}
BOOLEAN = {"type": "boolean"}
DATE = STRING | {"format": "date", "x-time": ["date"]}
INSTANT = STRING | {"format": "date-time", "x-time": ["utc"]}
JSON = "application/json"

PATH_VALUES = [
    (BOOLEAN, True, "true"),
    (BOOLEAN, False, "false"),
    (INTEGER, -7, "-7"),
    ({"type": "number"}, 1.5, "1.5"),
    ({"type": "number"}, 2, "2"),
    (DATE, dt.date(2027, 1, 2), "2027-01-02"),
    (DATE, "2027-01-02", "2027-01-02"),
    (INSTANT, dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2027-01-02T03%3A04%3A05%2B00%3A00"),
    ({"type": "array", "items": INTEGER}, [3, 1], "3,1"),
    ({"type": "array", "items": STRING}, ("a/b", "c"), "a%2Fb,c"),
    ({"type": "array", "items": DATE}, [dt.date(2027, 1, 2)], "2027-01-02"),
    (ref("Status"), "Moving", "Moving"),
]
"""Schema of a parameter in the path, argument, and the segment that is sent."""

AREA = thing(town=STRING, floor=INTEGER, since=DATE, open=BOOLEAN)
AREA_SENT = {"town": "Oslo & Bergen", "since": dt.date(2027, 1, 2), "open": False, "floor": None}
AREA_STYLES = [
    (
        {"style": "deepObject", "explode": True},
        {"area[town]": "Oslo & Bergen", "area[since]": "2027-01-02", "area[open]": "false"},
    ),
    ({}, {"town": "Oslo & Bergen", "since": "2027-01-02", "open": "false"}),
    (
        {"style": "form", "explode": False},
        {"area": "town,Oslo & Bergen,since,2027-01-02,open,false"},
    ),
]
"""How `AREA_SENT` is written, and the query that is sent."""

LOCKER = thing(kind=STRING, code=STRING) | {"required": ["kind", "code"]}
DOOR = thing(kind=STRING, floor=INTEGER) | {"required": ["kind", "floor"]}
MAPPING = {"locker": "#/components/schemas/Locker", "door": "#/components/schemas/Door"}
EITHER = {"oneOf": [ref("Locker"), ref("Door")]}


def as_json(schema: Any) -> dict[str, Any]:
    """A content of JSON."""
    return {JSON: {"schema": schema}}


def envelope(data: Any) -> dict[str, Any]:
    """A component that holds data beside `meta`."""
    return thing(meta=ref("Meta"), data=data) | {"required": ["meta", "data"]}


def distinguished(**mapping: str) -> dict[str, Any]:
    """One of two components, with a discriminator."""
    return EITHER | {"discriminator": {"propertyName": "kind"} | ({"mapping": mapping} if mapping else {})}


def with_key(method: str, schema: Any = STRING, **others: Any) -> Any:
    """An operation on `/things/{key}`."""
    return document("/things/{key}", method, parameters=[parameter("key", "path", schema)], **others)


def area_document(style: dict[str, Any]) -> Any:
    """An object in the query."""
    raw = document(
        "/things", "get", parameters=[parameter("area", "query", ref("Area"), **style)], status="204"
    )
    return with_schemas(raw, Area=AREA)


def labels_document() -> Any:
    """A map in the query, beside another parameter."""
    labels = {"type": "object", "additionalProperties": STRING}
    parameters = [parameter("labels", "query", labels), parameter("page", "query", STRING)]
    return document("/things", "get", parameters=parameters, status="204")


def labelled_document() -> Any:
    """Typed further fields in a response with an envelope."""
    labelled = thing(known=STRING) | {"additionalProperties": INTEGER}
    raw = document("/things", "get", response=as_json(ref("Envelope")), **{"x-unwrap": "data"})
    return with_schemas(raw, Labelled=labelled, Envelope=envelope(ref("Labelled")))


def board_document() -> Any:
    """Further fields that are models."""
    raw = document("/things", "get", response=as_json(ref("Board")))
    board = thing(name=STRING) | {"additionalProperties": ref("Pin")}
    return with_schemas(raw, Pin=thing(at=INSTANT), Board=board)


def new_document() -> Any:
    """Typed further fields in a request."""
    new = thing(name=STRING) | {"additionalProperties": INTEGER}
    raw = document("/things", "post", requestBody={"content": as_json(ref("New"))}, status="204")
    return with_schemas(raw, New=new)


def counts_document() -> Any:
    """A map that is the whole request and the whole response."""
    counts = {"type": "object", "additionalProperties": INTEGER}
    body = {"required": True, "content": as_json(counts)}
    return document("/things", "post", requestBody=body, response=as_json(counts))


def stops_document(*, named: bool) -> Any:
    """A list at the top level of a response."""
    stops = {"type": "array", "items": ref("Stop")}
    raw = document("/things", "get", response=as_json(ref("Stops") if named else stops))
    return with_schemas(raw, **({"Stops": stops} if named else {}))


def plain_document(schema: Any) -> Any:
    """A plain value in an envelope."""
    raw = document("/things", "get", response=as_json(ref("Envelope")), **{"x-unwrap": "data"})
    return with_schemas(raw, Envelope=envelope(schema))


def bearer_document() -> Any:
    """A bearer token as the only way into an operation."""
    raw = document("/things", "get", security=[{"Token": []}], status="204")
    raw["components"]["securitySchemes"]["Token"] = {"type": "http", "scheme": "bearer"}
    return raw


def open_document() -> Any:
    """An operation that needs no key."""
    return document("/things", "get", security=[], status="204")


def content_document(media_type: str) -> Any:
    """A response of another media type than JSON."""
    return document("/things", "get", response={media_type: {"schema": STRING}})


def upload_document() -> Any:
    """A form with a file."""
    form = thing(label=STRING, count=INTEGER, proof=STRING | {"format": "binary"}, stop=ref("Stop"))
    form["required"] = ["proof"]
    content = {"multipart/form-data": {"schema": ref("Form")}}
    raw = document("/things", "post", requestBody={"required": True, "content": content}, status="204")
    return with_schemas(raw, Form=form)


def form_document() -> Any:
    """A form without files."""
    form = thing(label=STRING, tags={"type": "array", "items": STRING})
    content = {"application/x-www-form-urlencoded": {"schema": ref("Form")}}
    raw = document("/things", "post", requestBody={"content": content}, status="204")
    return with_schemas(raw, Form=form)


def body_document(media_type: str) -> Any:
    """A request of another media type than JSON or a form."""
    content = {media_type: {"schema": STRING}}
    return document("/things", "put", requestBody={"required": True, "content": content}, status="204")


def either_body_document(either: Any) -> Any:
    """A request that is one of two objects."""
    body = {"required": True, "content": as_json(either)}
    raw = document("/things", "post", requestBody=body, status="204")
    return with_schemas(raw, Locker=LOCKER, Door=DOOR)


def holder_document(mapping: Any) -> Any:
    """A response with properties that are one of two components."""
    holder = thing(pickup=ref("Pickup"), all={"type": "array", "items": ref("Pickup")})
    raw = document("/things", "get", response=as_json(ref("Holder")))
    return with_schemas(raw, Locker=LOCKER, Door=DOOR, Pickup=distinguished(**mapping), Holder=holder)


def pickup_document() -> Any:
    """A response that is one of two components."""
    raw = document("/things", "get", response=as_json(ref("Pickup")))
    return with_schemas(raw, Locker=LOCKER, Door=DOOR, Pickup=distinguished(**MAPPING))


def event_document() -> Any:
    """A date or an instant."""
    event = thing(at={"anyOf": [DATE, INSTANT, {"type": "null"}]})
    raw = document(
        "/things", "post", requestBody={"content": as_json(ref("Event"))}, response=as_json(ref("Event"))
    )
    return with_schemas(raw, Event=event)


def list_document(name: str, item: Any) -> Any:
    """A list of a component."""
    raw = document("/things", "get", response=as_json({"type": "array", "items": ref(name)}))
    return with_schemas(raw, **{name: item})
