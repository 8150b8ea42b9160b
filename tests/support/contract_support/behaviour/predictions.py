"""Predicted delivery dates: one at a time and in a batch, and what a prediction needs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.document.examples import sample_body
from contract_support.document.operations import operation_for

RESOURCE = "estimated_delivery_dates"
BATCH = "estimated_delivery_dates"
ADDRESSES = ("origin_address", "destination_address")


def predictions(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that a prediction repeats its request, is the same in a batch, and is refused for a bad item."""
    batch = operation_for(document, RESOURCE, "predict_batch")
    if batch is None:
        return ["no operation predicts a batch"]
    api = Api(document, application)
    [item, *_] = sample_body(document, batch)[BATCH]
    [result] = api.result(batch.identifier, fields={BATCH: [item]})
    found = _result_complaints("batch", item, result)
    if len(api.result(batch.identifier, fields={BATCH: [item, item]})) != 2:
        found.append("two items did not get two predictions")
    for what, bad in _bad_items(item).items():
        # A good item beside a bad one does not help it.
        response = api.call(batch.identifier, body=batch.wrap({BATCH: [item, bad]}))
        if response.status != 400:
            found.append(f"batch {what} responds {response.status}")
    single = operation_for(document, RESOURCE, "predict")
    if single is None:
        return found
    alone = api.result(single.identifier, fields=item)
    found += _result_complaints("predict", item, alone)
    if {**alone, "id": None} != {**result, "id": None}:
        found.append("alone and in a batch, the same request has different predictions")
    for what, bad in _bad_items(item).items():
        response = api.call(single.identifier, body=single.wrap(bad))
        if response.status != 400:
            found.append(f"predict {what} responds {response.status}")
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
