"""The way of a request through the handlers, put together from its parts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from aftership_tracking.mock.apis import Apis
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.envelope import refuse
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.faults import Faults
from aftership_tracking.mock.handlers.authenticate import Authenticate
from aftership_tracking.mock.handlers.bound import Bound
from aftership_tracking.mock.handlers.fault import PlannedFault
from aftership_tracking.mock.handlers.finish import Finish
from aftership_tracking.mock.handlers.limit import Limit
from aftership_tracking.mock.handlers.route import Route
from aftership_tracking.mock.handlers.serve import Serve
from aftership_tracking.mock.handlers.validate_request import ValidateRequest
from aftership_tracking.mock.handlers.validate_response import ValidateResponse
from aftership_tracking.mock.journal import Journal
from aftership_tracking.mock.keys import Keys
from aftership_tracking.mock.limits import Limits
from aftership_tracking.mock.message import MockRequest, MockResponse
from aftership_tracking.mock.oauth import MockOAuth
from aftership_tracking.mock.other_shapes import OtherShapes
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services import Service, Services
from aftership_tracking.mock.services.checkpoints import LastCheckpoints
from aftership_tracking.mock.services.connections import Connections
from aftership_tracking.mock.services.couriers import CourierLists
from aftership_tracking.mock.services.listing import Listing
from aftership_tracking.mock.services.notifications import Notifications
from aftership_tracking.mock.services.predictions import Predictions
from aftership_tracking.mock.services.trackings import Trackings
from aftership_tracking.mock.store import Store

Handler = Callable[[Exchange], None]

_logger = logging.getLogger("aftership_tracking.mock")


class Pipeline:
    """Takes a request and always gives an answer; a refusal by any handler is an answer too."""

    def __init__(
        self, apis: Apis, store: Store, handlers: tuple[Handler, ...], check: Handler, finish: Finish
    ) -> None:
        self._apis = apis
        self._store = store
        self._handlers = handlers
        self._check = check
        self._finish = finish

    def __call__(self, request: MockRequest) -> MockResponse:
        exchange = Exchange(request, self._apis.at_hand, self._store.new_trace_id())
        try:
            for handler in self._handlers:
                handler(exchange)
        except Refusal as refusal:
            refuse(exchange, refusal)
        except Exception as error:  # a fault of the mock, and still the caller gets an envelope
            _logger.exception("the mock failed to serve %s", exchange.request.method)
            refuse(exchange, Refusal((500,), f"mock: {type(error).__name__} while serving, see its log"))
        self._check(exchange)
        return self._finish(exchange)


def assemble(
    apis: Apis,
    store: Store,
    couriers: Couriers,
    clock: Clock,
    limits: Limits,
    faults: Faults,
    journal: Journal,
    *,
    keys: Keys,
    oauth: MockOAuth | None,
    tolerant_signatures: bool,
    enforce_limits: bool,
    seed: int,
) -> Pipeline:
    """Put the handlers in their order."""
    handlers: tuple[Handler, ...] = (
        Route(apis),
        Authenticate(store, keys, oauth, clock, tolerant=tolerant_signatures),
        Bound(),
        Limit(limits, clock, enforce=enforce_limits),
        PlannedFault(faults),
        ValidateRequest(OtherShapes(apis)),
        Serve(Services(_services(store, couriers, seed)), clock),
    )
    return Pipeline(apis, store, handlers, ValidateResponse(), Finish(limits, clock, journal))


def _services(store: Store, couriers: Couriers, seed: int) -> Mapping[tuple[str, str], Service]:
    trackings = Trackings(store, couriers, seed)
    lists = CourierLists(couriers)
    notifications = Notifications(couriers)
    connections = Connections(store, couriers)
    predictions = Predictions(store, seed)
    return {
        ("trackings", "list"): Listing(seed).list,
        ("trackings", "create"): trackings.create,
        ("trackings", "get"): trackings.get,
        ("trackings", "update"): trackings.update,
        ("trackings", "delete"): trackings.delete,
        ("trackings", "retrack"): trackings.retrack,
        ("trackings", "mark_as_completed"): trackings.mark_as_completed,
        ("couriers", "list"): lists.list,
        ("couriers", "list_all"): lists.list_all,
        ("couriers", "detect"): lists.detect,
        ("last_checkpoints", "get"): LastCheckpoints(couriers, seed).get,
        ("notifications", "get"): notifications.get,
        ("notifications", "add"): notifications.add,
        ("notifications", "remove"): notifications.remove,
        ("estimated_delivery_dates", "predict_batch"): predictions.predict_batch,
        ("estimated_delivery_dates", "predict"): predictions.predict,
        ("courier_connections", "list"): connections.list,
        ("courier_connections", "create"): connections.create,
        ("courier_connections", "get"): connections.get,
        ("courier_connections", "update"): connections.update,
        ("courier_connections", "delete"): connections.delete,
    }
