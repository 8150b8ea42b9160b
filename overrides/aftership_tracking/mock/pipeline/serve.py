"""Calls the service of the operation with the checked request, and writes its result as the document says."""

from __future__ import annotations

from datetime import timedelta

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.checked import CheckedEnvelope
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.validate_response import ValidateResponse
from aftership_tracking.mock.services.service_call import ServiceCall
from aftership_tracking.mock.services.table import Services


class Serve:
    """Serves one request of an account at a time: it holds the account's lock.

    A request that fails half-way, or whose response would break its document, leaves nothing behind.
    """

    def __init__(self, services: Services, clock: Clock, check: ValidateResponse) -> None:
        self._services = services
        self._clock = clock
        self._check = check

    def __call__(self, exchange: Exchange) -> None:
        operation, account = exchange.routed_operation, exchange.account
        if account is None:
            raise AssertionError("the authenticate handler has not run")
        service = self._services.find(operation.resource, operation.action)
        if not _has_usual_shape(exchange):
            service = self._services.otherwise
        # Whole seconds, as the API writes them: a time that was read can be sent back as a filter.
        now = exchange.now = self._clock.now()
        # As `replace` does it, in a third of its time.
        now -= timedelta(0, 0, now.microsecond)
        with account.lock:
            account.forget_old(now)
            with account:
                data = service(ServiceCall(exchange, account, now))
                exchange.content = operation.content
                exchange.status = exchange.code = operation.success
                if data.__class__ is CheckedEnvelope:
                    # What it responded before, which was shaped and checked then.
                    exchange.envelope = data
                    return
                is_full = not exchange.query.get("fields")
                exchange.envelope = exchange.api.write_success(operation, data, is_full=is_full)
                self._check(exchange)
                if exchange.remember is not None and isinstance(exchange.envelope, dict):
                    exchange.envelope = CheckedEnvelope(exchange.envelope)
                    exchange.remember(exchange.envelope)


def _has_usual_shape(exchange: Exchange) -> bool:
    """Whether code of the mock can take the request and give the response; both may change."""
    return (
        exchange.routed_operation.returns_object
        and isinstance(exchange.body, dict)
        and (not exchange.path or all(isinstance(value, str) for value in exchange.path.values()))
    )
