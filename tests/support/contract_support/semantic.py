"""Tells a refusal because of state from a refusal because of shape.

A property test holds that a request which fits the schema is accepted. This API also answers 400 when
the request is well formed and meets a condition: the tracking exists already, the courier is unknown.
The document marks such codes `state` in `x-error-codes`, per operation. Only those are excused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from schemathesis.openapi.checks import RejectedPositiveData

from contract_support.operations import operations

FailureFilter = Callable[[Any, Any, Any, Any], bool]


def state_codes(document: Mapping[str, Any]) -> dict[str, frozenset[int]]:
    """Name the `meta.code` values that depend on state, by operation label (`POST /trackings`)."""
    return {
        operation.label: frozenset(code for code, kind in operation.error_codes.items() if kind == "state")
        for operation in operations(document)
    }


def meta_code(body: bytes) -> int | None:
    """Read `meta.code` of an answer, or None when the body is not an envelope."""
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    meta = envelope.get("meta") if isinstance(envelope, dict) else None
    code = meta.get("code") if isinstance(meta, dict) else None
    return code if isinstance(code, int) else None


def failure_filter(document: Mapping[str, Any], excused: list[tuple[str, int]]) -> FailureFilter:
    """Build the `filter_failure` hook of one run. What it drops is noted in `excused`."""
    codes = state_codes(document)

    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
            return True
        code = meta_code(response.content)
        if code is None or code not in codes.get(case.operation.label, frozenset()):
            return True
        excused.append((case.operation.label, code))
        return False

    return filter_failure
