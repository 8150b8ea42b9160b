"""Values that are sent come back, deleted trackings are gone, and accounts are closed to other keys."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock as patching

from aftership_tracking.mock import Mock
from aftership_tracking.mock.documents import api as served_api
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.calls.prepared_call import prepare
from contract_support.calls.seeding import seed_trackings
from contract_support.document.as_read import as_read
from contract_support.document.examples import DEPTH, sample
from contract_support.document.fitting import fit
from contract_support.document.full_keys import missing_keys
from contract_support.document.operations import body_fields, operation_named, operations, properties_of
from contract_support.document.query_spelling import spell_query

CREATE = "create-tracking"
GET = "get-tracking-by-id"
UPDATE = "update-tracking-by-id"
DELETE = "delete-tracking-by-id"
NUMBER = "PARCEL0001"
UNKNOWN = "neverseen00000000000000000000000"
FIELDS = "fields"
"""The parameter that selects what a response holds."""
# Values that are easily damaged on the way.
AWKWARD: Mapping[str, Any] = {
    "title": "Zwei Päckchen \U0001f69a",
    "order_number": "55 / 01",
    "note": "leave at desk",
    "custom_fields": {"basket": "b-17", "empty": ""},
}


def deletion(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that a deleted tracking cannot be read or listed, and that its number is free again."""
    api = Api(document, application)
    path = {"id": api.create(NUMBER, slug="usps")["id"]}
    api.result(DELETE, path)
    found = []
    if (status := api.call(GET, path).status) != 404:
        found.append(f"a deleted tracking responds {status}")
    if (status := api.call(DELETE, path).status) != 404:
        found.append(f"a second delete responds {status}")
    if api.list():
        found.append("a deleted tracking is still listed")
    again = api.call(CREATE, body=api.body(CREATE, {"tracking_number": NUMBER, "slug": "usps"}))
    if again.status not in operation_named(document, CREATE).success_statuses:
        found.append(f"creating a deleted tracking again responds {again.status}")
    return found


def wholeness(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that a request that fails while its response is written leaves nothing behind."""
    api = Api(document, application)
    path = {"id": api.create(NUMBER, slug="usps", title="before")["id"]}
    before = api.list()
    found = []
    requests = {
        "create": (CREATE, None, {"tracking_number": "PARCEL0002", "slug": "usps"}),
        "update": (UPDATE, path, {"title": "after", "slug": "ups"}),
        "delete": (DELETE, path, None),
    }
    for name, (identifier, target, fields) in requests.items():
        body = None if fields is None else api.body(identifier, fields)
        logging.disable()  # the mock logs the failure
        try:
            with patching.patch.object(served_api.Api, "write_success", side_effect=ZeroDivisionError):
                status = api.call(identifier, target, body=body).status
        finally:
            logging.disable(logging.NOTSET)
        if status != 500:
            found.append(f"{name} that fails responds {status}")
        if (after := api.list()) != before:
            found.append(f"{name} that failed left {after!r} instead of {before!r}")
    return found


def echo(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that every field that can be sent and read comes back, from create, get and update."""
    api = Api(document, application)
    found = []
    # One at a time: some exclude each other.
    for sent, read in _repeated_fields(document, CREATE):
        mock.reset()
        tracking = api.create(**{"tracking_number": NUMBER, "slug": "usps", **sent})
        found += _differences("create", read, tracking)
        found += _differences("get", read, api.get(tracking["id"]))
    declared = api.creatable()
    created = {name: fit(document, declared[name], AWKWARD[name]) for name in AWKWARD if name in declared}
    awkward = as_read(document, CREATE, created)
    if not awkward:
        found.append("no value that is easily damaged is tried")
    for sent, read in _repeated_fields(document, UPDATE):
        mock.reset()
        identifier = api.create(NUMBER, slug="ups", **created)["id"]
        expected = {**awkward, **read}
        found += _differences("update", expected, api.update(identifier, **sent))
        found += _differences("get after update", expected, api.get(identifier))
        if all(isinstance(value, list) for value in read.values()):
            empty: dict[str, Any] = {name: [] for name in sent}
            found += _differences("update", {name: [] for name in read}, api.update(identifier, **empty))
    return found


def fullness(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that responses to calls without `fields` hold every key that the document says is sent.

    Every operation is called once, and parcels on their way are listed. A tracking has no undocumented key.
    """
    found = []
    for operation in operations(document):
        mock.reset()
        if operation.purpose == ("trackings", "list"):
            seed_trackings(document, mock, mock)
        call = prepare(document, operation, mock)
        response = Api(document, application).call(
            operation.identifier,
            call.path,
            spell_query(operation, {name: value for name, value in call.query.items() if name != FIELDS}),
            call.wire_body(),
        )
        declared = operation.response_for(response.status)
        if response.status >= 300 or declared is None:
            found.append(f"{operation.label} responds {response.status}")
            continue
        if not operation.has_result:
            found += [f"{operation.label}: has a body"] if response.body else []
            continue
        schema = declared["content"]["application/json"]["schema"]
        found += [
            f"{operation.label}: {key} is missing" for key in missing_keys(document, schema, response.json())
        ]
    mock.reset()
    tracking = Api(document, application).create(NUMBER, slug="usps")
    extra = tracking.keys() - properties_of(document, document["components"]["schemas"]["Tracking"]).keys()
    return found + [f"create: tracking has an undocumented {name}" for name in sorted(extra)]


def unknown_ids(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that every operation with an id in its path responds 404 to one that was never given out."""
    found = []
    for operation in operations(document):
        path = {item.name: UNKNOWN for item in operation.parameters if item.location == "path"}
        if not path or "404" not in operation.error_statuses:
            continue
        mock.reset()
        call = prepare(document, operation, mock)
        status = Api(document, application).call(operation.identifier, path, body=call.wire_body()).status
        if status != 404:
            found.append(f"{operation.label} responds {status} to an id that it never gave out")
    return found


def isolation(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that every operation refuses a wrong key."""
    found = []
    for key in (None, "", "wrong-key"):
        api = Api(document, application, key=key)
        for operation in operations(document):
            path = {item.name: "x" for item in operation.parameters if item.location == "path"}
            status = api.call(operation.identifier, path).status
            if status != 401:
                found.append(f"{operation.label} responds {status} to the key {key!r}")
    return found


def _repeated_fields(
    document: Mapping[str, Any], identifier: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each body field with its example, or else some string, and the fields of a tracking that hold it.

    A field that a tracking does not have, or has in another shape without a move, cannot be compared.
    """
    for name, schema in body_fields(operation_named(document, identifier)).items():
        value = sample(document, schema, DEPTH)
        sent = {name: f"any {name}" if value is None else value}
        read = as_read(document, identifier, sent)
        if read:
            yield sent, read


def _differences(step: str, expected: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    return [
        f"{step}: {name} came back as {given.get(name)!r} instead of {value!r}"
        for name, value in expected.items()
        if not _holds(given.get(name), value)
    ]


def _holds(given: Any, expected: Any) -> bool:
    """Whether a value came back. An object may have more members than were sent: empty ones are null."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return all(name in given and _holds(given[name], value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(given, list):
        return len(given) == len(expected) and all(map(_holds, given, expected))
    return bool(given == expected and type(given) is type(expected))
