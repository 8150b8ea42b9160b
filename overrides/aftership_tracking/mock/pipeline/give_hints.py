"""Collects what `hints` has to say about a request, once its response is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aftership_tracking.mock.documents.deprecation import OPERATION
from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.documents.time_formats import read_zoned
from aftership_tracking.mock.error_codes import NOT_FOUND, TRACKING_UNKNOWN
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints import callers, fields, parameters, paths
from aftership_tracking.mock.hints.hint import Hint
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.pipeline.broken_rules import field_of
from aftership_tracking.mock.pipeline.other_versions import OTHER_VERSION, OtherVersions
from aftership_tracking.mock.pipeline.parameters import Values, read_query, take_object
from aftership_tracking.mock.services.filters import OTHER_PARAMETERS

MOST = 10
"""More hints about one request are not read by anybody."""


class GiveHints:
    """Adds the hints of a request. It changes neither response nor state, and never refuses."""

    def __init__(self, served: ServedVersions, couriers: Couriers) -> None:
        self._served = served
        self._couriers = couriers
        self._other_versions = OtherVersions(served)
        self._time_paths: dict[tuple[str, str], fields.TimePaths] = {}

    def __call__(self, exchange: Exchange) -> None:
        if exchange.is_planned and not exchange.query and exchange.sent is None:
            # A planned fault is not about the request.
            return
        found = exchange.hints
        known = {(hint.id, hint.sentence) for hint in found}
        # The work ends with the last hint that is shown, however much there would be to say.
        for hint in self._all(exchange):
            if len(found) >= MOST:
                break
            if (hint.id, hint.sentence) not in known:
                known.add((hint.id, hint.sentence))
                found.append(hint)

    def _all(self, exchange: Exchange) -> Iterable[Hint]:
        request, operation = exchange.request, exchange.operation
        # A refused path with a slash at its end may be another operation, with an empty id.
        if exchange.code == NOT_FOUND or (exchange.status >= 400 and request.path.endswith(b"/")):
            yield from paths.lost(self._served, request.method, request.path)
        if operation is None:
            return
        if exchange.legacy_request is None:
            yield from paths.older(self._served, request.path, exchange.api.version)
        if exchange.code == TRACKING_UNKNOWN and len(exchange.path) == 1 and exchange.account is not None:
            (identifier,) = exchange.path.values()
            hint = callers.number_as_id(exchange.account, identifier) if isinstance(identifier, str) else None
            yield from [] if hint is None else [hint]
        accepted = exchange.accepted_query
        if accepted is None or not accepted.is_unremarkable:
            yield from self._about_query(exchange)
        if exchange.sent is not None:
            yield from self._about_body(exchange)
        if operation.deprecated:
            yield from _deprecated(exchange)

    def _about_query(self, exchange: Exchange) -> Iterable[Hint]:
        if not exchange.request.query or exchange.account is None:
            # Without an account it was refused before the query was looked at.
            return
        is_unremarkable = True
        for hint in self._about_parameters(exchange):
            is_unremarkable = False
            yield hint
        accepted = exchange.accepted_query
        if accepted is not None:
            # Nothing but the document decides that, unless the query names a courier: they come and go.
            accepted.is_unremarkable = is_unremarkable and "slug" not in accepted.values

    def _about_parameters(self, exchange: Exchange) -> Iterable[Hint]:
        operation, sent = exchange.routed_operation, exchange.sent_query
        if sent is None:
            sent = read_query(exchange.request.query) or {}
        declared = operation.declared["query"]
        if not sent.keys() <= declared.keys():
            yield from self._about_unknown(exchange, sent)
        for parameter in [declared[name] for name in declared if name in sent]:
            texts = [text for text in sent[parameter.name] if text is not None]
            if texts:
                yield from self._about_parameter(exchange, parameter, texts[0])
        yield from _about_windows(exchange)

    def _about_unknown(self, exchange: Exchange, sent: Values) -> Iterable[Hint]:
        """Yield what is to say about names that are not those of parameters."""
        operation = exchange.routed_operation
        names = set(operation.declared["query"])
        for parameter in operation.declared["query"].values():
            if parameter.is_spread:
                names |= {*take_object(parameter, sent, frozenset(names))}
                if parameter.style == "deepObject":
                    names |= {name for name in sent if name.startswith(f"{parameter.name}[")}
        for name in sent:
            if name not in names:
                yield parameters.unknown(self._served, operation, exchange.api.version, name)

    def _about_parameter(self, exchange: Exchange, parameter: Parameter, text: str) -> Iterable[Hint]:
        name = parameter.name
        if parameter.is_time and not read_zoned(text):
            was_taken = name in exchange.query
            counted = parameters.epoch(name, text, is_refused=not was_taken)
            if counted is not None or was_taken:
                yield counted or parameters.unread_time(name)
            return
        if name not in exchange.query:
            return
        value = exchange.query[name]
        if value in ("", []) and name not in {
            *OTHER_PARAMETERS,
            *exchange.routed_operation.pagination.values(),
        }:
            yield parameters.empty_filter(name)
            return
        rules = exchange.api.all_rules
        if not rules.fits(parameter.schema, value):
            for finding in rules.first_findings(parameter.schema, value, 1):
                yield parameters.unmatched(exchange.api.document, parameter, finding, value)
        is_list = exchange.routed_operation.pagination and exchange.routed_operation.resource == "trackings"
        if name == "slug" and is_list and not any(map(self._couriers.knows, value)):
            yield parameters.unknown_courier(self._couriers.suggest(value))

    def _about_body(self, exchange: Exchange) -> Iterable[Hint]:
        operation, api = exchange.routed_operation, exchange.api
        if operation.body is None or operation.body.schema is None:
            return
        body = SchemaNode(api.document, operation.body.schema)
        if any(hint.id == OTHER_VERSION for hint in exchange.hints):
            # That says it all.
            return
        wrapped = self._other_versions.wrapped_in(exchange, exchange.sent)
        yield from wrapped
        yield from self._unknown_fields(exchange, body) if not wrapped else []
        if exchange.status >= 400:
            return
        if not api.all_rules.fits(operation.body.schema, exchange.sent):
            for finding in api.all_rules.first_findings(operation.body.schema, exchange.sent, MOST):
                name = field_of(finding, body) or "as a whole"
                if finding.is_mistyped:
                    yield fields.ignored(api.document, name, finding)
                else:
                    yield fields.taken(api, name, finding)
        key = (api.version, operation.id)
        if key not in self._time_paths:
            self._time_paths[key] = fields.time_paths(body)
        yield from fields.odd_times(self._time_paths[key], exchange.sent)

    def _unknown_fields(self, exchange: Exchange, body: SchemaNode) -> Iterable[Hint]:
        operation, sent = exchange.routed_operation, exchange.sent
        wrapper = operation.body_wrapper
        inner = sent.get(wrapper) if wrapper is not None and isinstance(sent, dict) else sent
        if isinstance(inner, dict):
            kind = (body if wrapper is None else body.properties[wrapper]).pointer.rpartition("/")[2]
            yield from fields.unknown_fields(self._served, operation, exchange.api.version, inner, kind)


def _about_windows(exchange: Exchange) -> Iterable[Hint]:
    for name in ("created_at", "updated_at"):
        texts = [exchange.query.get(f"{name}_{end}") for end in ("min", "max")]
        if not all(texts):
            continue
        ends = [read_zoned(str(text)) for text in texts]
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            yield parameters.empty_window(name)


def _deprecated(exchange: Exchange) -> Iterable[Hint]:
    """Yield what the request used and the document calls deprecated."""
    deprecated = exchange.routed_operation.deprecated
    body: dict[str, Any] = exchange.body if isinstance(exchange.body, dict) else {}
    for name in (
        OPERATION,
        *(f"query {each}" for each in exchange.query),
        *(f"body {each}" for each in body),
    ):
        if name in deprecated:
            yield Hint(id="deprecated", sentence=f"{name}: {deprecated[name]}", source="documented")
