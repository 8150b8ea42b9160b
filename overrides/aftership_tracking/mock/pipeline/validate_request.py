"""Checks path, query, headers and body by the operation, and fills in the values that the services use."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.error_codes import INVALID_JSON, INVALID_REQUEST, VALUE_INVALID
from aftership_tracking.mock.exchange import AcceptedQuery, Exchange
from aftership_tracking.mock.hints.parameters import parameter_hint, written_as
from aftership_tracking.mock.pipeline.broken_rules import codes_for_invalid, codes_for_missing
from aftership_tracking.mock.pipeline.lenient_body import check_body
from aftership_tracking.mock.pipeline.other_versions import OtherVersions
from aftership_tracking.mock.pipeline.parameters import (
    SentParameter,
    header_parameters,
    path_parameters,
    query_parameters,
    read_query,
)
from aftership_tracking.mock.pipeline.request_body import read_body
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.wire.json_body import UnreadableBodyError

MOST_REMEMBERED = 256
LONGEST_REMEMBERED = 1000
"""Queries, and bytes of one: callers repeat most of theirs, and invented ones must not fill the memory."""


class ValidateRequest:
    """Refuses the first thing that breaks the document. For a body it says which other version accepts it."""

    def __init__(self, other_versions: OtherVersions) -> None:
        self._other_versions = other_versions
        self._accepted: dict[tuple[str, str, bytes], AcceptedQuery] = {}

    def __call__(self, exchange: Exchange) -> None:
        declared = exchange.routed_operation.declared
        if declared["path"]:
            exchange.path = _read_path(exchange)
        self._read_query(exchange)
        if declared["header"]:
            _check_headers(exchange)
        exchange.body = _read_body(exchange, self._other_versions)

    def _read_query(self, exchange: Exchange) -> None:
        """Read the query, or take what the same one was read as: nothing but the document decides that."""
        name = (exchange.api.version, exchange.routed_operation.id, exchange.request.query)
        accepted = self._accepted.get(name)
        if accepted is None:
            accepted = _read_query(exchange)
            if len(exchange.request.query) <= LONGEST_REMEMBERED:
                if len(self._accepted) >= MOST_REMEMBERED:
                    self._accepted.clear()
                self._accepted[name] = accepted
        exchange.accepted_query = accepted
        exchange.sent_query, exchange.query = accepted.sent, accepted.values


def _read_path(exchange: Exchange) -> dict[str, Any]:
    sent = path_parameters(exchange.routed_operation, exchange.path_values)
    return {each.parameter.name: _check(exchange, each) for each in sent}


def _read_query(exchange: Exchange) -> AcceptedQuery:
    """Return the query with the values of declared parameters; others are ignored, as the service does."""
    sent = read_query(exchange.request.query)
    if sent is None:
        raise Refusal((INVALID_REQUEST, VALUE_INVALID), "query: a name is not UTF-8")
    exchange.sent_query = sent
    found = query_parameters(exchange.routed_operation, sent)
    return AcceptedQuery(sent, {each.parameter.name: _check(exchange, each) for each in found})


def _check_headers(exchange: Exchange) -> None:
    for each in header_parameters(exchange.routed_operation, exchange.request.headers):
        _check(exchange, each)


def _check(exchange: Exchange, sent: SentParameter) -> Any:
    """Return the value of a parameter, if there is no problem with it and its schema allows it."""
    parameter, value = sent.parameter, sent.value
    if sent.problem == "missing":
        raise _refusal(parameter, "is missing", codes_for_missing(parameter.name))
    if sent.problem == "type":
        raise _refusal(parameter, f"must be {written_as(parameter)}")
    if sent.problem in ("repeated", "not UTF-8"):
        raise _refusal(parameter, "given more than once" if sent.problem == "repeated" else "not UTF-8")
    if sent.problem == "default" or sent.is_free:
        return value
    validators = exchange.api.validators
    if not validators.fits(parameter.schema, value):
        finding = validators.findings(parameter.schema, value)[0]
        hint = parameter_hint(exchange.api.document, parameter, finding, value)
        codes = codes_for_invalid(parameter.name, finding.keyword)
        raise Refusal(codes, str(hint), parameter.name, hints=[hint])
    return value


def _refusal(parameter: Parameter, reason: str, codes: tuple[int, ...] | None = None) -> Refusal:
    return Refusal(
        codes_for_invalid(parameter.name) if codes is None else codes,
        f"{parameter.location} {parameter.name}: {reason}",
        parameter.name,
    )


def _read_body(exchange: Exchange, other_versions: OtherVersions) -> Any:
    operation, request = exchange.routed_operation, exchange.request
    if operation.body is None or (not request.body and not operation.body_required):
        return {}
    try:
        sent = read_body(
            operation.body, request.headers.get("content-type", ""), request.body, exchange.api.document
        )
    except UnreadableBodyError as error:
        codes = (INVALID_JSON, INVALID_REQUEST) if operation.body.kind == "json" else (INVALID_REQUEST,)
        raise Refusal(codes, f"body: {error}") from None
    if isinstance(sent, bytes):
        return sent
    exchange.sent = sent
    try:
        value = check_body(exchange.api, operation, sent)
    except Refusal as refusal:
        refusal.hints = [*refusal.hints, *other_versions.hints(exchange, sent, refusal)]
        raise
    if operation.body_wrapper is not None:
        value = value[operation.body_wrapper]
    if not isinstance(value, dict) or operation.body_fields is None:
        return value
    # What the document does not declare is ignored.
    return {name: item for name, item in value.items() if name in operation.body_fields}
