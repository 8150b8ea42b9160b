"""Hands the checked request to the service of its operation and wraps what comes back."""

from __future__ import annotations

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.services import Services
from aftership_tracking.mock.services.call import Call


class Serve:
    """One request at a time per account: the account's lock makes each change whole."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._services = services
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        operation, account = exchange.served, exchange.account
        if account is None:
            raise AssertionError("the authenticate handler has not run")
        service = self._services.find(operation.resource, operation.action)
        with account.lock:
            # Whole seconds, as the API writes them: a time that was read can be sent back as a filter.
            now = self._clock.now().replace(microsecond=0)
            account.forget_old(now)
            data = exchange.api.cut(operation, service(Call(exchange, account, now)))
        exchange.status = exchange.code = operation.success
        exchange.envelope = {"meta": {"code": operation.success}, "data": data}
