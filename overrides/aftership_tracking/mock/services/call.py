"""What a service gets: the checked request, the account it acts on, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.store import Account


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a service."""

    exchange: Exchange
    account: Account
    now: datetime

    @property
    def path(self) -> dict[str, Any]:
        return self.exchange.path

    @property
    def query(self) -> dict[str, Any]:
        return self.exchange.query

    @property
    def body(self) -> dict[str, Any]:
        return self.exchange.body

    def wrapped(self, value: Any) -> Any:
        """The value where `x-unwrap` says that callers find it, below `data`."""
        for name in reversed(self.exchange.served.unwrap[1:]):
            value = {name: value}
        return value
