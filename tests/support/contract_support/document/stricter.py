"""Conditions that a request must meet and the document cannot express.

An address of a prediction needs a state or a postal code, its request a pickup time or the data to estimate
one. With `anyOf` beside properties, these schemas would not become models. Property tests use a stricter copy
of the document; otherwise nearly every drawn prediction would be refused.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

ONE_OF_THESE: Mapping[str, tuple[str, ...]] = {
    "EstimatedDeliveryDateAddress": ("state", "postal_code"),
    "EstimatedDeliveryDateRequest": ("pickup_time", "estimated_pickup"),
}
# JSON Schema has no format for `spaced` times. A day that its month does not have is refused by state.
SPACED_TIME = (
    "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
)
NOT_EMPTY: Mapping[str, str] = {"EstimatedDeliveryDateBatchRequest": "estimated_delivery_dates"}


def tighten(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the document with these conditions. The original is not changed."""
    result: dict[str, Any] = copy.deepcopy(dict(document))
    schemas = result["components"]["schemas"]
    for name, members in ONE_OF_THESE.items():
        if name in schemas:
            schemas[name]["anyOf"] = [
                {"required": [member], "properties": {member: _given(schemas[name], member)}}
                for member in members
            ]
    for name, member in NOT_EMPTY.items():
        if name in schemas:
            schemas[name]["properties"][member]["minItems"] = 1
    for schema in schemas.values():
        for value in schema.get("properties", {}).values():
            if value.get("x-time") == ["spaced"]:
                value["pattern"] = SPACED_TIME
    return result


def _given(schema: Mapping[str, Any], member: str) -> dict[str, Any]:
    """Return the schema of a member that is neither null nor empty."""
    for branch in schema["properties"][member].get("anyOf", ()):
        if "$ref" in branch:
            return {"$ref": branch["$ref"]}
    return {**schema["properties"][member], "type": "string", "minLength": 1}
