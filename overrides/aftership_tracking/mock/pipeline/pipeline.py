"""Takes a request through the handlers. `assemble` puts them in their order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from aftership_tracking.mock.accounts.keys import Keys
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.error_codes import SERVER_ERROR
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.pipeline.authenticate import Authenticate
from aftership_tracking.mock.pipeline.content_type import ContentType
from aftership_tracking.mock.pipeline.faults import Faults, PlannedFault
from aftership_tracking.mock.pipeline.finish import Finish
from aftership_tracking.mock.pipeline.give_hints import GiveHints
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.legacy_paths import LegacyPaths
from aftership_tracking.mock.pipeline.limits import BodyLimit, Readable, RequestCounts, RequestLimit
from aftership_tracking.mock.pipeline.other_versions import OtherVersions
from aftership_tracking.mock.pipeline.route import Route
from aftership_tracking.mock.pipeline.serve import Serve
from aftership_tracking.mock.pipeline.validate_request import ValidateRequest
from aftership_tracking.mock.pipeline.validate_response import ValidateResponse
from aftership_tracking.mock.refusal import Refusal, refuse
from aftership_tracking.mock.services.table import Services
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

Handler = Callable[[Exchange], None]

_logger = logging.getLogger("aftership_tracking.mock")


class Pipeline:
    """Takes a request and always returns a response; a refusal by any handler is a response too."""

    def __init__(
        self,
        served: ServedVersions,
        store: Store,
        handlers: tuple[Handler, ...],
        check: Handler,
        give_hints: Handler,
        finish: Finish,
        *,
        assumed_codes: Mapping[str, int],
        legacy: LegacyPaths | None,
    ) -> None:
        self._served = served
        self._store = store
        self._handlers = handlers
        self._check = check
        self._give_hints = give_hints
        self._finish = finish
        self._assumed_codes = assumed_codes
        self._legacy = legacy

    def __call__(self, request: MockRequest) -> MockResponse:
        exchange = Exchange(
            request, self._served.any_loaded, self._store.new_trace_id(), assumed_codes=self._assumed_codes
        )
        if self._legacy is not None:
            self._legacy(exchange)
        try:
            for handler in self._handlers:
                handler(exchange)
        except Refusal as refusal:
            refuse(exchange, refusal)
        except Exception as error:  # a fault of the mock; the caller still gets an envelope
            _logger.exception("the mock failed to serve %s", exchange.request.method)
            hint = f"mock: {type(error).__name__} while serving, see its log"
            refuse(exchange, Refusal((SERVER_ERROR,), hint))
        else:
            # `Serve` has checked the response, while it could still undo what it did.
            return self._with_hints(exchange)
        try:
            self._check(exchange)
        except Refusal as refusal:
            refuse(exchange, refusal)
        return self._with_hints(exchange)

    def _with_hints(self, exchange: Exchange) -> MockResponse:
        try:
            self._give_hints(exchange)
        except Exception as error:  # a hint is never worth a response
            _logger.exception("the mock failed to give hints about %s", exchange.request.method)
            exchange.hint = f"mock: {type(error).__name__} while giving hints, see its log"
        return self._finish(exchange)


def assemble(
    served: ServedVersions,
    store: Store,
    services: Services,
    clock: Clock,
    counts: RequestCounts,
    faults: Faults,
    journal: Journal,
    *,
    keys: Keys,
    oauth: MockOAuth | None,
    tolerant_signatures: bool,
    enforce_limits: bool,
    couriers: Couriers,
    assumed_codes: Mapping[str, int],
    hints_in_body: bool,
    legacy: LegacyPaths | None,
) -> Pipeline:
    """Put the handlers in their order."""
    check = ValidateResponse()
    handlers: tuple[Handler, ...] = (
        Route(served),
        Readable(),
        Authenticate(store, keys, oauth, clock, tolerant=tolerant_signatures),
        BodyLimit(),
        RequestLimit(counts, clock, enforce=enforce_limits),
        PlannedFault(faults),
        ContentType(),
        ValidateRequest(OtherVersions(served)),
        Serve(services, clock, check),
    )
    return Pipeline(
        served,
        store,
        handlers,
        check,
        GiveHints(served, couriers),
        Finish(counts, clock, journal, hints_in_body=hints_in_body),
        assumed_codes=assumed_codes,
        legacy=legacy,
    )
