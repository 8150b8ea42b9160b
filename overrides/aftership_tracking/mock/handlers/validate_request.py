"""Checks path, query, headers and body against the operation, and fills in what the services work with."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock import blame
from aftership_tracking.mock.api import Parameter
from aftership_tracking.mock.body import UnreadableBodyError, can_be_ignored, read_json, without_all
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.other_shapes import OtherShapes
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.schemas import Finding
from aftership_tracking.mock.times import read_zoned
from aftership_tracking.mock.wire import UNREADABLE, decode_segment, read_query, typed

# `x-mock` words
MISTYPED_FIELDS = "mistyped-body-fields"
TIME_FILTERS = "invalid-time-filters"


class ValidateRequest:
    """Refuses the first thing that breaks the document. Of a body it says which other version takes it."""

    def __init__(self, other_shapes: OtherShapes) -> None:
        self._other_shapes = other_shapes

    def __call__(self, exchange: Exchange) -> None:
        exchange.path = _path(exchange)
        exchange.query = _query(exchange)
        _headers(exchange)
        exchange.body = _body(exchange, self._other_shapes)


def _path(exchange: Exchange) -> dict[str, Any]:
    values = {}
    for parameter in exchange.served.parameters:
        if parameter.location != "path":
            continue
        text = decode_segment(exchange.path_texts[parameter.name])
        if text is None:
            raise Refusal(
                blame.codes_for_invalid(parameter.name), f"path {parameter.name}: not UTF-8", parameter.name
            )
        values[parameter.name] = _checked(exchange, parameter, text)
    return values


def _query(exchange: Exchange) -> dict[str, Any]:
    """The values of the declared parameters; what is not declared is ignored, as the service does."""
    sent = read_query(exchange.request.query)
    if sent is None:
        raise Refusal((blame.INVALID_REQUEST, blame.VALUE_INVALID), "query: a name is not UTF-8")
    values = {}
    for parameter in exchange.served.parameters:
        if parameter.location != "query":
            continue
        texts = sent.get(parameter.name)
        if texts is None:
            if parameter.required:
                raise Refusal(
                    blame.codes_for_missing(parameter.name),
                    f"query {parameter.name}: {parameter.schema} is required",
                    parameter.name,
                )
            continue
        if len(texts) > 1:
            raise _invalid_query(parameter, "given more than once")
        text = texts[0]
        if text is None:
            raise _invalid_query(parameter, "not UTF-8")
        if parameter.is_time and exchange.served.behaviour.get(TIME_FILTERS) == "default":
            # An unreadable time is kept as None: the service puts a default there.
            values[parameter.name] = text if read_zoned(text) else None
        else:
            values[parameter.name] = _checked(exchange, parameter, text)
    return values


def _headers(exchange: Exchange) -> None:
    for parameter in exchange.served.parameters:
        if parameter.location != "header":
            continue
        text = exchange.request.headers.get(parameter.name.lower())
        if text is not None:
            _checked(exchange, parameter, text)
        elif parameter.required:
            raise Refusal(
                blame.codes_for_missing(parameter.name),
                f"header {parameter.name}: {parameter.schema} is required",
                parameter.name,
            )


def _checked(exchange: Exchange, parameter: Parameter, text: str) -> Any:
    value = typed(parameter, text)
    if value is UNREADABLE:
        raise Refusal(
            blame.codes_for_invalid(parameter.name),
            f"{parameter.location} {parameter.name}: type by {parameter.schema}",
            parameter.name,
        )
    schemas = exchange.api.schemas
    if not schemas.fits(parameter.schema, value):
        finding = schemas.findings(parameter.schema, value)[0]
        raise Refusal(
            blame.codes_for_invalid(parameter.name, finding.keyword),
            f"{parameter.location} {parameter.name}: {finding.keyword} by {finding.rule}",
            parameter.name,
        )
    return value


def _invalid_query(parameter: Parameter, reason: str) -> Refusal:
    return Refusal(
        blame.codes_for_invalid(parameter.name),
        f"query {parameter.name}: {reason} ({parameter.schema})",
        parameter.name,
    )


def _body(exchange: Exchange, other_shapes: OtherShapes) -> dict[str, Any]:
    operation = exchange.served
    if operation.body is None:
        return {}
    raw = exchange.request.body
    if not raw and not operation.body_required:
        return {}
    try:
        value = read_json(raw)
    except UnreadableBodyError as error:
        raise Refusal((blame.INVALID_JSON, blame.INVALID_REQUEST), f"body: {error}") from None
    sent = value
    try:
        value = _lenient(exchange, operation.body, sent)
    except Refusal as refusal:
        refusal.hint += other_shapes.told(exchange, sent)
        raise
    if operation.body_wrapper is not None:
        value = value[operation.body_wrapper]
    if not isinstance(value, dict):
        raise Refusal((blame.INVALID_REQUEST,), "body: not an object")
    # What the document does not declare is ignored.
    return {name: item for name, item in value.items() if name in operation.body_fields}


def _lenient(exchange: Exchange, schema: str, value: Any) -> Any:
    """The body as the service takes it: without mistyped fields, where this version ignores them.

    Raises:
        Refusal: a rule is broken that is not about types, or types matter.
    """
    operation = exchange.served
    ignores_types = operation.behaviour.get(MISTYPED_FIELDS) == "ignored"
    # Neither the body nor its wrapper can be left out.
    kept_depth = 0 if operation.body_wrapper is None else 1
    # Dropping a value can bring another rule to light; each round drops at least one, so it ends.
    while not exchange.api.schemas.fits(schema, value):
        findings = exchange.api.schemas.findings(schema, value)
        ignored = [found for found in findings if ignores_types and can_be_ignored(found, kept_depth)]
        # Rules about a list hold for the list as it was sent, so they are judged before its items go.
        if len(ignored) < len(findings):
            told = [found for found in findings if found not in ignored]
            raise _invalid_body(blame.gravest(told), operation.body_wrapper)
        value = without_all(value, ignored)
    return value


def _invalid_body(finding: Finding, wrapper: str | None) -> Refusal:
    name = blame.field_of(finding)
    declared = name if finding.missing or f"/properties/{name}" in finding.rule else "body"
    return Refusal(
        blame.codes_for_body(finding, wrapper),
        f"body {declared}: {finding.keyword} by {finding.rule}",
        declared,
    )
