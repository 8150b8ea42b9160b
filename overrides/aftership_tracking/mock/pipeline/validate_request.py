"""Checks path, query, headers and body by the operation, and fills in the values that the services use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.documents.time_formats import read_zoned
from aftership_tracking.mock.error_codes import INVALID_JSON, INVALID_REQUEST, VALUE_INVALID
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints.parameters import parameter_hint, written_as
from aftership_tracking.mock.pipeline.broken_rules import codes_for_invalid, codes_for_missing
from aftership_tracking.mock.pipeline.lenient_body import check_body
from aftership_tracking.mock.pipeline.other_versions import OtherVersions
from aftership_tracking.mock.pipeline.parameters import (
    UNREADABLE,
    Values,
    decode_segment,
    read_items,
    read_query,
    read_scalar,
    read_value,
    take_object,
)
from aftership_tracking.mock.pipeline.request_body import read_body
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.wire.json_body import UnreadableBodyError

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
        raw = exchange.path_values[parameter.name]
        # The commas of a list are not encoded, those in its items are.
        texts = [decode_segment(part) for part in (raw.split(b",") if parameter.style == "list" else [raw])]
        readable = [text for text in texts if text is not None]
        if len(readable) < len(texts):
            raise Refusal(
                codes_for_invalid(parameter.name), f"path {parameter.name}: not UTF-8", parameter.name
            )
        if parameter.style == "list":
            value = read_items(parameter, readable)
        else:
            value = read_value(parameter, readable[0])
        values[parameter.name] = _check(exchange, parameter, value)
    return values


def _read_query(exchange: Exchange) -> dict[str, Any]:
    """Return the values of the declared parameters; others are ignored, as the service does."""
    sent = read_query(exchange.request.query)
    if sent is None:
        raise Refusal((INVALID_REQUEST, VALUE_INVALID), "query: a name is not UTF-8")
    values: dict[str, Any] = {}
    for parameter in exchange.routed_operation.parameters:
        if parameter.location != "query":
            continue
        if parameter.style in ("deepObject", "exploded"):
            found = _read_object(exchange, parameter, sent)
            if found is not None:
                values[parameter.name] = found
            continue
        texts = sent.get(parameter.name)
        if texts is None:
            _refuse_missing(parameter)
            continue
        text = _only_text(parameter, texts)
        if parameter.is_time and exchange.routed_operation.behaviour.get(TIME_FILTERS) == "default":
            # An unreadable time becomes None: the service uses a default instead.
            values[parameter.name] = text if read_zoned(text) else None
        else:
            values[parameter.name] = _check(exchange, parameter, read_value(parameter, text))
    return values


def _read_object(exchange: Exchange, parameter: Parameter, sent: Values) -> dict[str, Any] | None:
    """Return an object whose keys are names in the query; None if none is there."""
    parameters = exchange.routed_operation.parameters
    others = frozenset(each.name for each in parameters if each is not parameter and each.location == "query")
    found = {
        name: read_scalar(parameter.fields.kinds_of(name), _only_text(parameter, texts))
        for name, texts in take_object(parameter, sent, others).items()
    }
    if not found:
        _refuse_missing(parameter)
        return None
    value: dict[str, Any] = _check(exchange, parameter, UNREADABLE if UNREADABLE in found.values() else found)
    return value


def _refuse_missing(parameter: Parameter) -> None:
    if parameter.required:
        raise Refusal(
            codes_for_missing(parameter.name),
            f"{parameter.location} {parameter.name}: is missing",
            parameter.name,
        )


def _only_text(parameter: Parameter, texts: Sequence[str | None]) -> str:
    if len(texts) > 1:
        raise _invalid_query(parameter, "given more than once")
    if texts[0] is None:
        raise _invalid_query(parameter, "not UTF-8")
    return texts[0]


def _check_headers(exchange: Exchange) -> None:
    for parameter in exchange.routed_operation.parameters:
        if parameter.location != "header":
            continue
        text = exchange.request.headers.get(parameter.name.lower())
        if text is not None:
            _check(exchange, parameter, read_value(parameter, text))
        else:
            _refuse_missing(parameter)


def _check(exchange: Exchange, parameter: Parameter, value: Any) -> Any:
    """Return a value that was read, if its schema allows it."""
    if value is UNREADABLE:
        raise Refusal(
            codes_for_invalid(parameter.name),
            f"{parameter.location} {parameter.name}: must be {written_as(parameter)}",
            parameter.name,
        )
    validators = exchange.api.validators
    if not validators.fits(parameter.schema, value):
        finding = validators.findings(parameter.schema, value)[0]
        hint = parameter_hint(exchange.api.document, parameter, finding, value)
        raise Refusal(
            codes_for_invalid(parameter.name, finding.keyword), str(hint), parameter.name, hints=[hint]
        )
    return value


def _invalid_query(parameter: Parameter, reason: str) -> Refusal:
    return Refusal(
        codes_for_invalid(parameter.name),
        f"query {parameter.name}: {reason}",
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
