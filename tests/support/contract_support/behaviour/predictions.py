"""Predicted delivery dates: one at a time and in a batch, and what a prediction needs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.document.operations import Operation, operation_for
from contract_support.document.valid_samples import sample_body

RESOURCE = "estimated_delivery_dates"
BATCH = "estimated_delivery_dates"
ADDRESSES = ("origin_address", "destination_address")


def predictions(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that a prediction repeats its request, is the same in a batch, and is refused for a bad item."""
    batch = operation_for(document, RESOURCE, "predict_batch")
    single = operation_for(document, RESOURCE, "predict")
    if batch is None and single is None:
        return ["no operation predicts anything"]
    api = Api(document, application)
    found: list[str] = []
    results = []
    if batch is not None:
        [item, *_] = sample_body(document, batch)[BATCH]
        results += api.result(batch.identifier, fields={BATCH: [item]})
        found += _result_complaints("batch", item, results[0])
        if len(api.result(batch.identifier, fields={BATCH: [item, item]})) != 2:
            found.append("two items did not get two predictions")
        # A good item beside a bad one does not help it.
        found += _refusal_complaints(api, batch, item, lambda bad: {BATCH: [item, bad]})
    if single is not None:
        if batch is None:
            item = sample_body(document, single)
        results.append(api.result(single.identifier, fields=item))
        found += _result_complaints("predict", item, results[-1])
        found += _refusal_complaints(api, single, item, lambda bad: bad)
    if any({**result, "id": None} != {**results[0], "id": None} for result in results):
        found.append("alone and in a batch, the same request has different predictions")
    return found


def _refusal_complaints(
    api: Api, operation: Operation, item: Mapping[str, Any], body_with: Callable[[Any], dict[str, Any]]
) -> list[str]:
    found = []
    good = body_with(item)
    whole = operation.unwrap_body(api.body(operation.identifier, good))
    # What the version requires besides is there, so that the request is refused for what is bad.
    besides = {name: value for name, value in whole.items() if name not in good}
    for what, bad in _bad_items(item).items():
        response = api.call(operation.identifier, body=operation.wrap({**besides, **body_with(bad)}))
        if response.status != 400:
            found.append(f"{operation.purpose[1]} {what} responds {response.status}")
    return found


def _bad_items(item: Mapping[str, Any]) -> dict[str, Any]:
    bad: dict[str, Any] = {}
    for address in ADDRESSES:
        without = copy.deepcopy(dict(item))
        without[address].pop("state", None)
        without[address].pop("postal_code", None)
        bad[f"without state and postal code in {address}"] = without
        bad[f"without {address}"] = {name: value for name, value in item.items() if name != address}
    no_pickup = {
        name: value for name, value in item.items() if name not in ("pickup_time", "estimated_pickup")
    }
    bad["without a pickup"] = no_pickup
    bad["with a pickup on a day that does not exist"] = {**no_pickup, "pickup_time": "2024-02-30 10:00:00"}
    return bad


def _result_complaints(step: str, item: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    found = [
        f"{step}: {name} came back as {result.get(name)!r}"
        for name in ("slug", *ADDRESSES)
        if not _holds(result.get(name), item[name])
    ]
    least, likely, most = (
        date.fromisoformat(result[f"estimated_delivery_date{end}"]) for end in ("_min", "", "_max")
    )
    if not least <= likely <= most:
        found.append(f"{step}: {likely} is not within {least} and {most}")
    return found


def _holds(given: Any, expected: Any) -> bool:
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.items() <= given.items()
    return bool(given == expected)
