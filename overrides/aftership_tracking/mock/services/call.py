"""What a service gets: the checked request, the account it acts on, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftership_tracking.mock.api import Api
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.shapes import WRITTEN, carried
from aftership_tracking.mock.store import Account


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a service, in the shape of the version that was called."""

    exchange: Exchange
    account: Account
    now: datetime

    @property
    def api(self) -> Api:
        return self.exchange.api

    @property
    def version(self) -> str:
        return self.exchange.api.version

    @property
    def path(self) -> dict[str, Any]:
        return self.exchange.path

    @property
    def query(self) -> dict[str, Any]:
        return self.exchange.query

    @property
    def body(self) -> dict[str, Any]:
        return self.exchange.body

    def read(self, value: Any, kind: str) -> Any:
        """Something that was sent, in the names that services use."""
        return carried(value, kind, self.version, WRITTEN)

    def shown(self, value: Any, kind: str) -> Any:
        """Something in the names that services use, as the called version has it."""
        return carried(value, kind, WRITTEN, self.version)

    def wrapped(self, value: Any) -> Any:
        """The value where `x-unwrap` says that callers find it, below `data`."""
        for name in reversed(self.exchange.served.unwrap[1:]):
            value = {name: value}
        return value
