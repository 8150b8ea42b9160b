"""Takes a request through the handlers. `assemble` puts them in their order."""

from __future__ import annotations

import logging
from collections.abc import Callable

from aftership_tracking.mock.accounts.keys import Keys
from aftership_tracking.mock.accounts.oauth import MockOAuth
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.error_codes import SERVER_ERROR
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.authenticate import Authenticate
from aftership_tracking.mock.pipeline.faults import Faults, PlannedFault
from aftership_tracking.mock.pipeline.finish import Finish
from aftership_tracking.mock.pipeline.journal import Journal
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
        finish: Finish,
    ) -> None:
        self._served = served
        self._store = store
        self._handlers = handlers
        self._check = check
        self._finish = finish

    def __call__(self, request: MockRequest) -> MockResponse:
        exchange = Exchange(request, self._served.any_loaded, self._store.new_trace_id())
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
            return self._finish(exchange)
        try:
            self._check(exchange)
        except Refusal as refusal:
            refuse(exchange, refusal)
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
        ValidateRequest(OtherVersions(served)),
        Serve(services, clock, check),
    )
    return Pipeline(served, store, handlers, check, Finish(counts, clock, journal))
