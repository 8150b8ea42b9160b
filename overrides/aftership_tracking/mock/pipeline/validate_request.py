"""Checks path, query, headers and body by the operation, and fills in the values that the services use."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.operation import Parameter
from aftership_tracking.mock.documents.time_formats import read_zoned
from aftership_tracking.mock.error_codes import INVALID_JSON, INVALID_REQUEST, VALUE_INVALID
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.broken_rules import codes_for_invalid, codes_for_missing
from aftership_tracking.mock.pipeline.lenient_body import check_body
from aftership_tracking.mock.pipeline.other_versions import OtherVersions
from aftership_tracking.mock.pipeline.parameters import UNREADABLE, decode_segment, read_query, read_value
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json

# An `x-mock` behaviour
TIME_FILTERS = "invalid-time-filters"


class ValidateRequest:
    """Refuses the first thing that breaks the document. For a body it says which other version accepts it."""

    def __init__(self, other_versions: OtherVersions) -> None:
        self._other_versions = other_versions

    def __call__(self, exchange: Exchange) -> None:
        exchange.path = _read_path(exchange)
        exchange.query = _read_query(exchange)
        _check_headers(exchange)
        exchange.body = _read_body(exchange, self._other_versions)


def _read_path(exchange: Exchange) -> dict[str, Any]:
    values = {}
    for parameter in exchange.routed_operation.parameters:
        if parameter.location != "path":
            continue
        text = decode_segment(exchange.path_values[parameter.name])
        if text is None:
            raise Refusal(
                codes_for_invalid(parameter.name), f"path {parameter.name}: not UTF-8", parameter.name
            )
        values[parameter.name] = _read_checked(exchange, parameter, text)
    return values


def _read_query(exchange: Exchange) -> dict[str, Any]:
    """Return the values of the declared parameters; others are ignored, as the service does."""
    sent = read_query(exchange.request.query)
    if sent is None:
        raise Refusal((INVALID_REQUEST, VALUE_INVALID), "query: a name is not UTF-8")
    values = {}
    for parameter in exchange.routed_operation.parameters:
        if parameter.location != "query":
            continue
        texts = sent.get(parameter.name)
        if texts is None:
            if parameter.required:
                raise Refusal(
                    codes_for_missing(parameter.name),
                    f"query {parameter.name}: {parameter.schema} is required",
                    parameter.name,
                )
            continue
        if len(texts) > 1:
            raise _invalid_query(parameter, "given more than once")
        text = texts[0]
        if text is None:
            raise _invalid_query(parameter, "not UTF-8")
        if parameter.is_time and exchange.routed_operation.behaviour.get(TIME_FILTERS) == "default":
            # An unreadable time becomes None: the service uses a default instead.
            values[parameter.name] = text if read_zoned(text) else None
        else:
            values[parameter.name] = _read_checked(exchange, parameter, text)
    return values


def _check_headers(exchange: Exchange) -> None:
    for parameter in exchange.routed_operation.parameters:
        if parameter.location != "header":
            continue
        text = exchange.request.headers.get(parameter.name.lower())
        if text is not None:
            _read_checked(exchange, parameter, text)
        elif parameter.required:
            raise Refusal(
                codes_for_missing(parameter.name),
                f"header {parameter.name}: {parameter.schema} is required",
                parameter.name,
            )


def _read_checked(exchange: Exchange, parameter: Parameter, text: str) -> Any:
    value = read_value(parameter, text)
    if value is UNREADABLE:
        raise Refusal(
            codes_for_invalid(parameter.name),
            f"{parameter.location} {parameter.name}: type by {parameter.schema}",
            parameter.name,
        )
    validators = exchange.api.validators
    if not validators.fits(parameter.schema, value):
        finding = validators.findings(parameter.schema, value)[0]
        raise Refusal(
            codes_for_invalid(parameter.name, finding.keyword),
            f"{parameter.location} {parameter.name}: {finding.keyword} by {finding.rule}",
            parameter.name,
        )
    return value


def _invalid_query(parameter: Parameter, reason: str) -> Refusal:
    return Refusal(
        codes_for_invalid(parameter.name),
        f"query {parameter.name}: {reason} ({parameter.schema})",
        parameter.name,
    )


def _read_body(exchange: Exchange, other_versions: OtherVersions) -> dict[str, Any]:
    operation = exchange.routed_operation
    if operation.body is None:
        return {}
    raw = exchange.request.body
    if not raw and not operation.body_required:
        return {}
    try:
        sent = read_json(raw)
    except UnreadableBodyError as error:
        raise Refusal((INVALID_JSON, INVALID_REQUEST), f"body: {error}") from None
    try:
        value = check_body(exchange.api, operation, sent)
    except Refusal as refusal:
        refusal.hint += other_versions.describe(exchange, sent)
        raise
    if operation.body_wrapper is not None:
        value = value[operation.body_wrapper]
    if not isinstance(value, dict):
        raise Refusal((INVALID_REQUEST,), "body: not an object")
    # What the document does not declare is ignored.
    return {name: item for name, item in value.items() if name in operation.body_fields}
