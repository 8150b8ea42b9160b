"""The working state of one request on its way through the handlers: all that they share and change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.contents import JSON, Content
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.fault_effect import FaultEffect
from aftership_tracking.mock.wire.message import MockRequest


@dataclass(frozen=True, slots=True)
class Allowance:
    """The rate-limit headers of one response. `reset` is in Unix seconds."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool


@dataclass(slots=True)
class Exchange:
    """One request and its response. A handler fills in what it finds out, or raises a Refusal.

    Attributes:
        body: what the request holds: the fields of an object, or whatever else the document declares.
        envelope: what the response holds: an envelope, or whatever else the document declares.
        content: how that is written; None for a response without body.
    """

    request: MockRequest
    api: Api
    trace_id: str
    operation: ApiOperation | None = None
    path_values: dict[str, bytes] = field(default_factory=dict)
    api_key: str | None = None
    account: Account | None = None
    allowance: Allowance | None = None
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = field(default_factory=dict)
    status: int = 0
    code: int = 0
    envelope: Any = None
    content: Content | None = JSON
    hint: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_planned: bool = False
    fault: FaultEffect | None = None

    @property
    def routed_operation(self) -> ApiOperation:
        """The operation, once the route is known."""
        if self.operation is None:
            raise AssertionError("the route handler has not run")
        return self.operation
