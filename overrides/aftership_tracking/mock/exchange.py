"""The working state of one request on its way through the handlers: the only mutable thing they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aftership_tracking.mock.api import Api, ApiOperation
from aftership_tracking.mock.limits import Allowance
from aftership_tracking.mock.message import MockRequest

if TYPE_CHECKING:
    from aftership_tracking.mock.store import Account


@dataclass(slots=True)
class Exchange:
    """One request being served. A handler fills in what it finds out, or raises a Refusal."""

    request: MockRequest
    api: Api
    trace_id: str
    operation: ApiOperation | None = None
    path_texts: dict[str, bytes] = field(default_factory=dict)
    api_key: str | None = None
    account: Account | None = None
    allowance: Allowance | None = None
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    code: int = 0
    envelope: Any = None
    hint: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def served(self) -> ApiOperation:
        """The operation, once the route is known."""
        if self.operation is None:
            raise AssertionError("the route handler has not run")
        return self.operation
