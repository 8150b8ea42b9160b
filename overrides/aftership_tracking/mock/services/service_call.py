"""What a service gets: the checked request, the account it acts on, and the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert
from aftership_tracking.mock.exchange import Exchange


class ServiceCall(NamedTuple):
    """One call of a service, in the shape of the requested version."""

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
    def body(self) -> Any:
        return self.exchange.body

    @property
    def pagination(self) -> Mapping[str, Any]:
        return self.exchange.routed_operation.pagination

    def to_code_version(self, value: Any, kind: str) -> Any:
        """Convert something that was sent to the names that services use."""
        return convert(value, kind, self.version, CODE_VERSION)

    def to_requested_version(self, value: Any, kind: str) -> Any:
        """Convert something with the names that services use to the requested version."""
        return convert(value, kind, CODE_VERSION, self.version)

    def wrap(self, value: Any) -> Any:
        """Put a value where `x-unwrap` says that callers find it, below `data` or as the body."""
        for name in reversed(self.exchange.routed_operation.unwrap[1:]):
            value = {name: value}
        return value
