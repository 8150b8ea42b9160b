"""The working state of one request on its way through the handlers: all that they share and change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.checked import CheckedEnvelope
from aftership_tracking.mock.documents.contents import JSON, Content
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.fault_effect import FaultEffect
from aftership_tracking.mock.hints.hint import Hint, plain, write_hints
from aftership_tracking.mock.wire.message import MockRequest


class Allowance(NamedTuple):
    """The rate-limit headers of one response. `reset` is in Unix seconds."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool


@dataclass(slots=True)
class AcceptedQuery:
    """A query without a problem. Requests share it, so nobody changes its strings and values.

    Attributes:
        sent: the texts of the query by name.
        values: those of declared parameters.
        is_unremarkable: whether it is known that there is no hint about it.
    """

    sent: dict[str, list[str | None]]
    values: dict[str, Any]
    is_unremarkable: bool = False


@dataclass(slots=True)
class Exchange:
    """One request and its response. A handler fills in what it finds out, or raises a Refusal.

    Attributes:
        body: what the request holds: the fields of an object, or whatever else the document declares.
        envelope: what the response holds: an envelope, or whatever else the document declares.
        content: how that is written; None for a response without body.
        sent_query: the texts of the query by name, once it was read.
        accepted_query: the query as a whole, once it was found to be without a problem.
        sent: the body as it was sent, before the fields that are ignored were removed.
        hints: what the mock says beside the documented response.
        assumed_codes: what the mock was configured to respond where the documentation names no code.
        remember: takes the response once it was checked, where the service knows for how long it holds.
        legacy_request: the request as it was sent, where the mock reads it as one of another API.
        now: the time of the account, once it was needed.
        wall: the time of the caller, once it was needed.
        begun: when it came, in seconds of `time.perf_counter`.
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
    sent_query: dict[str, list[str | None]] | None = None
    accepted_query: AcceptedQuery | None = None
    sent: Any = None
    hints: list[Hint] = field(default_factory=list)
    assumed_codes: Mapping[str, int] = field(default_factory=dict)
    remember: Callable[[CheckedEnvelope], object] | None = None
    legacy_request: MockRequest | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_planned: bool = False
    fault: FaultEffect | None = None
    now: datetime | None = None
    wall: datetime | None = None
    begun: float = field(default_factory=time.perf_counter)

    @property
    def hint(self) -> str | None:
        """All hints as one line; None without any. To set it adds a hint that is only a sentence."""
        return write_hints(self.hints)

    @hint.setter
    def hint(self, sentence: str) -> None:
        self.hints.append(plain(sentence))

    @property
    def arrived(self) -> MockRequest:
        """The request as it was sent."""
        return self.legacy_request or self.request

    @property
    def routed_operation(self) -> ApiOperation:
        """The operation, once the route is known."""
        if self.operation is None:
            raise AssertionError("the route handler has not run")
        return self.operation
