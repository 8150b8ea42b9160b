"""What a method of an SDK is called with: prepared in the mock, and taken from the document of its version.

SDKs name their methods like the operations of the document. One with another name is not forgotten: it fails.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking import documents
from interop_support.sandbox import Sandbox

COURIER = "dhl"
_numbers = itertools.count(1)
_LISTS = ("emails", "smses")
_PATH_IDS = ("id", "tracking_id", "courier_connection_id")
# A tracking in a state that the operation accepts. All others take one that is in transit.
_STATES = {"retrack": {"tag": "Expired"}, "get": {"tag": "Delivered"}}
_LONG_AGO = "2020-01-01T00:00:00+00:00"
# So many that an SDK which does not sort them, or keeps them in a set, does not have them in order by chance;
# and values that are encoded.
_QUERIES = {
    "get-trackings": {
        "limit": 20,
        "keyword": "Parcel of ada@example.com",
        "created_at_min": _LONG_AGO,
        "updated_at_min": _LONG_AGO,
        "tag": "Delivered",
        "slug": f"{COURIER},usps",
    },
    "get-couriers": {"slug": f"{COURIER},usps"},
}


class UnknownMethodError(LookupError):
    """A method or parameter that nobody here knows how to call."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as the driver takes it, and a string that its result has to hold."""

    operation: str
    arguments: Mapping[str, Any]
    query: Mapping[str, Any]
    expected: str


def prepare(method: str, parameters: list[str], version: str, sandbox: Sandbox, connection: str) -> Call:
    """Prepare a call of a method, with a tracking of its own.

    Args:
        method: with its group, in the spelling of the SDK.
        connection: the id of a courier connection that it may use up.

    Raises:
        UnknownMethodError: no operation of the version has this name, or a parameter is new.
    """
    operation_id = operation_of(method)
    path, operation = _operation(operation_id, version)
    number = f"INTEROP{next(_numbers):06d}"
    state = _STATES.get(operation_id.partition("-")[0], {"tag": "InTransit"})
    identifier, slug = connection, COURIER
    if "connection" not in path:
        title = "Parcel of ada@example.com"
        identifier = sandbox.seed(version, tracking_number=number, slug=slug, title=title, **state)
    arguments: dict[str, Any] = {}
    body: Any = None
    for parameter in parameters:
        name = _words(parameter, "_")
        if name in _PATH_IDS:
            arguments[parameter] = identifier
        elif name == "slug":
            arguments[parameter] = slug
        elif name == "tracking_number":
            arguments[parameter] = number
        elif name == "body" or name.endswith("_request"):
            body = arguments[parameter] = _body(operation)
            if operation_id == "create-tracking":
                # The one that was seeded is there already.
                number += "B"
                body |= {"tracking_number": number, "slug": slug}
        elif name not in ("kwargs", "query", "headers"):
            raise UnknownMethodError(f"nobody knows what to give for {parameter}")
    return Call(
        operation=operation_id,
        arguments=arguments,
        query=_QUERIES.get(operation_id, {}),
        expected=_expected(path, operation_id, identifier, number, body),
    )


def operation_of(method: str) -> str:
    """The operation that a method is named like."""
    return _words(method.partition(".")[2], "-")


def operations_without(methods: Iterable[str], version: str) -> list[str]:
    """The operations of a version for which there is no method."""
    paths = documents.document(version)["paths"].values()
    known = {each["operationId"] for item in paths for each in item.values() if "operationId" in each}
    return sorted(known - {operation_of(method) for method in methods})


def _operation(name: str, version: str) -> tuple[str, Mapping[str, Any]]:
    for path, item in documents.document(version)["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict) and operation.get("operationId") == name:
                return path, operation
    raise UnknownMethodError(f"{version} has no operation {name}")


def _body(operation: Mapping[str, Any]) -> Any:
    """The last example of the document, without its wrapper: the SDKs write that themselves.

    Where a list may also be sent as one string, the models of the SDKs know the list.
    """
    content = operation["requestBody"]["content"]["application/json"]
    value = list(content["examples"].values())[-1]["value"]
    wrapper = operation.get("x-body-wrapper")
    return {
        name: each.split(",") if name in _LISTS and isinstance(each, str) else each
        for name, each in (value[wrapper] if wrapper else value).items()
    }


def _expected(path: str, operation: str, identifier: str, number: str, body: Any) -> str:
    """What the result has to hold, so that it was not only received, but read."""
    if "notification" in path:
        return "emails"
    if operation == "post-courier-connections":
        return str(body["courier_slug"])
    if "/couriers" in path or "predict" in path:
        return "slug"
    if operation == "create-tracking":
        return number
    return identifier


def _words(name: str, between: str) -> str:
    """The words of `getTrackingById` and `get_tracking_by_id`, in lower case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("_", between)
