"""Tells a refusal because of state from a refusal because of shape.

A property test holds that a request which fits the schema is accepted. This API also answers 400 when
the request is well formed and meets a condition: the tracking exists already, the courier is unknown.
The document marks such codes `state` in `x-error-codes`, per operation. Only those are excused.

A chain may also carry a value from an answer to a path that cannot take it, such as an empty id. That request
does not fit the document, whatever the tool thinks of it. The other way round, a query of wrong types can be
good on the wire: an object in the place of a text is written as a text, an empty one not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

from contract_support.judge import Judge
from contract_support.operations import Operation, operations

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


def _path_fits(judge: Judge, operation: Operation, values: Mapping[str, Any]) -> bool:
    return all(
        judge.parameter_fits(parameter, str(values[parameter.name]))
        for parameter in operation.parameters
        if parameter.location == "path" and parameter.name in values
    )


def _url_fits(judge: Judge, operation: Operation, url: str) -> bool:
    """Whether all that was sent is a query, and each value of it fits, given once."""
    if operation.body_schema is not None or any(item.location != "query" for item in operation.parameters):
        return False
    pairs = [pair.partition("=")[::2] for pair in urlsplit(url).query.split("&") if pair]
    texts = {unquote(name): text for name, text in pairs}
    if len(texts) < len(pairs):
        return False
    return all(
        judge.parameter_fits(parameter, texts[parameter.name])
        if parameter.name in texts
        else not parameter.required
        for parameter in operation.parameters
    )


def failure_filter(document: Mapping[str, Any], excused: list[tuple[str, int]]) -> FailureFilter:
    """Build the `filter_failure` hook of one run. What it drops is noted in `excused`."""
    codes = state_codes(document)
    by_label = {operation.label: operation for operation in operations(document)}
    judge = Judge(document)

    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        if isinstance(failure, AcceptedNegativeData):
            return not _url_fits(judge, by_label[case.operation.label], response.request.url)
        if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
            return True
        if not _path_fits(judge, by_label[case.operation.label], case.path_parameters or {}):
            return False
        code = meta_code(response.content)
        if code is None or code not in codes.get(case.operation.label, frozenset()):
            return True
        excused.append((case.operation.label, code))
        return False

    return filter_failure
