"""Excuses failed checks of a property run that are not faults.

A property test expects that a request which fits the schema is accepted. This API also responds 400 when the
request fits and the state forbids it: the tracking exists already, the courier is unknown. The document marks
such codes `state` in `x-error-codes`, per operation. Only those are excused.

A chain may also put a value of a response into a path that cannot hold it, such as an empty id. That request
does not fit the document, although the tool believes so, and it is the path of another operation, or of none.
Conversely, a query with wrong types can be valid as it is sent: an object is written as a string, and an
empty one is not written at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

from contract_support.calls.asgi import meta_code
from contract_support.document.operations import Operation, operations
from contract_support.document.schema_checker import SchemaChecker, query_pairs

FailureFilter = Callable[[Any, Any, Any, Any], bool]


def state_codes(document: Mapping[str, Any]) -> dict[str, frozenset[int]]:
    """Return the `meta.code` values that depend on state, by operation label (`POST /trackings`)."""
    return {
        operation.label: frozenset(code for code, kind in operation.error_codes.items() if kind == "state")
        for operation in operations(document)
    }


def is_another_path(case: Any) -> bool:
    """Whether a case was sent to the path of another operation, or of none: a value of its path is empty."""
    return any(value == "" for value in (case.path_parameters or {}).values())


def _path_fits(checker: SchemaChecker, operation: Operation, values: Mapping[str, Any]) -> bool:
    return all(
        checker.parameter_fits(parameter, str(values[parameter.name]))
        for parameter in operation.parameters
        if parameter.location == "path" and parameter.name in values
    )


def _url_fits(checker: SchemaChecker, operation: Operation, url: str) -> bool:
    """Whether only a query was sent, and each value in it fits and comes once."""
    if operation.body_schema is not None or any(item.location != "query" for item in operation.parameters):
        return False
    pairs = query_pairs(url)
    if len({unquote(name) for name, _ in pairs}) < len(pairs):
        return False
    sent = [(parameter, checker.sent_values(parameter, pairs)) for parameter in operation.parameters]
    return all(
        all(checker.parameter_fits(parameter, value) for value in values)
        if values
        else not parameter.required
        for parameter, values in sent
    )


def _repeats_a_name(response: Any) -> bool:
    """Whether a name is twice in the query, which no declared style does: lists are one value with commas.

    The tool draws keys that an object does not declare, and writes a list in one of them so.
    """
    names = [unquote(name) for name, _ in query_pairs(getattr(response.request, "url", ""))]
    return len(set(names)) < len(names)


def failure_filter(document: Mapping[str, Any], excused: list[tuple[str, int]]) -> FailureFilter:
    """Build the `filter_failure` hook of one run. It adds to `excused` what it drops."""
    codes = state_codes(document)
    by_label = {operation.label: operation for operation in operations(document)}
    checker = SchemaChecker(document)

    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        if isinstance(failure, AcceptedNegativeData):
            return not _url_fits(checker, by_label[case.operation.label], response.request.url)
        if is_another_path(case) and response.status_code < 500:
            return False
        if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
            return True
        if _repeats_a_name(response):
            return False
        if not _path_fits(checker, by_label[case.operation.label], case.path_parameters or {}):
            return False
        code = meta_code(response.content)
        if code is None or code not in codes.get(case.operation.label, frozenset()):
            return True
        excused.append((case.operation.label, code))
        return False

    return filter_failure
