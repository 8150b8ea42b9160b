"""Explains a call without sending it: what would go out, what speaks against it, what happens if it fails.

print(explain(client.trackings.create, tracking_number="1Z999AA10123456784", slug="ups"))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec
from urllib.parse import urlsplit

from aftership_tracking import documents
from aftership_tracking.errors import AfterShipError, UsageError
from aftership_tracking.runtime.auth.signing import sign_string
from aftership_tracking.runtime.operation import RateLimit, Retry
from aftership_tracking.runtime.planned import PLANNING, Planned

if TYPE_CHECKING:
    from aftership_tracking.runtime.calls.flow import CallPlan
    from aftership_tracking.runtime.settings import ClientSetup
    from aftership_tracking.runtime.wire.request import Request

__all__ = ["Check", "Explanation", "RetryPlan", "explain"]

P = ParamSpec("P")


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    passed: bool | None
    """None: it could not be looked at."""
    text: str


class RetryPlan(NamedTuple):
    """What happens after an attempt that fails."""

    max_retries: int
    waits: tuple[float, ...]
    """Seconds before each retry at most, unless the service asks for another time."""
    repeated_after: str
    deadline: float | None
    """Seconds of the whole call; None for no limit."""


class Explanation(NamedTuple):
    """A request that was not sent. Nothing in it is a secret but, perhaps, the body."""

    operation: str
    method: str
    url: str
    headers: dict[str, str]
    """Values that could be secrets are masked."""
    body: bytes
    sign_string: str | None
    """The text under the signature, with the key masked; None if the request is not signed."""
    limit: RateLimit | None
    """How often such a request may be sent; None if the client has no limiter."""
    retry: RetryPlan
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return all(check.passed is not False for check in self.checks)

    def __str__(self) -> str:
        marks = {True: "ok", False: "WRONG", None: "not checked"}
        retry = self.retry
        waits = ", ".join(f"{wait:g}" for wait in retry.waits)
        lines = [
            f"{self.method} {self.url}  ({self.operation})",
            *(f"  {name}: {value}" for name, value in self.headers.items()),
            *([f"  {self.body.decode('utf-8', 'replace')}"] if self.body else []),
            *([f"signed: {self.sign_string!r}"] if self.sign_string else []),
            f"retries: {retry.max_retries}, after {retry.repeated_after}; waits up to {waits or 0} s",
            *(f"{check.name}: {marks[check.passed]}, {check.text}" for check in self.checks),
        ]
        return "\n".join(lines)


def explain(method: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Explanation:
    """Return what `method(*args, **kwargs)` would send first. Nothing is sent, by either client.

    With the extra `mock` the request is also held against the document of its version. Raises UsageError
    for a call that cannot be sent at all, and for a method that sends nothing.
    """
    planned = _plan(method, *args, **kwargs)
    plan, setup = planned.plan, planned.setup
    request, credentials = _signed(plan, setup)
    signed = any(name.startswith("as-signature-") for name in request.headers)
    return Explanation(
        operation=plan.operation,
        method=request.method,
        url=request.url,
        headers=request.headers.mask(),
        body=request.body,
        sign_string=setup.credentials.erase(sign_string(request).encode()).decode() if signed else None,
        limit=None if plan.slot_request is None else plan.slot_request.limit,
        retry=_retry_plan(plan),
        checks=(credentials, _address(plan), _version(setup), _against_document(plan, setup)),
    )


def _plan(method: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Planned:
    token = PLANNING.set(True)
    try:
        found: Any = method(*args, **kwargs)
        # A method of the asynchronous client gets no further than its first request.
        if hasattr(found, "__await__"):
            found.__await__().send(None)
    except Planned as planned:
        return planned
    except StopIteration:
        pass
    finally:
        PLANNING.reset(token)
    raise UsageError(
        "this method sends nothing by itself, so there is nothing to explain",
        hint="Of what goes bit by bit (changes, create_many), explain a single call (list, create).",
    )


def _signed(plan: CallPlan, setup: ClientSetup) -> tuple[Request, Check]:
    authenticator = setup.credentials.authenticator
    try:
        request = authenticator.sign(plan.request)
    except AfterShipError as error:
        return plan.request, Check("credentials", False, str(error))
    return request, Check("credentials", True, type(authenticator).__name__)


def _retry_plan(plan: CallPlan) -> RetryPlan:
    policy = plan.policy
    waits = tuple(policy.longest_of(number) for number in range(1, policy.max_retries + 1))
    always = "no connection, a 429"
    after = (
        f"{always}, no answer, a 5xx" if plan.retry is Retry.SAFE else f"{always} (it may not be sent twice)"
    )
    return RetryPlan(policy.max_retries, waits, after, plan.deadline)


def _address(plan: CallPlan) -> Check:
    parts = urlsplit(plan.request.url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return Check("address", True, f"{host}, encrypted")
    if _is_loopback(host):
        return Check("address", True, f"{host}, on this machine")
    return Check("address", False, f"the key goes to {host} without encryption")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _version(setup: ClientSetup) -> Check:
    info = documents.document(setup.version)["info"]
    until = info.get("x-supported-until")
    today = dt.datetime.fromtimestamp(setup.clocks.clock(), dt.UTC).date()
    if until is None:
        return Check("version", None, f"{setup.version}: until when it is supported is not known")
    if today > dt.date.fromisoformat(until):
        return Check(
            "version",
            False,
            f"{setup.version} was supported until {until}; the oldest supported version answers instead",
        )
    return Check("version", True, f"{setup.version} is supported until {until}")


def _against_document(plan: CallPlan, setup: ClientSetup) -> Check:
    """Ask the mock what it thinks of the request: it reads the same document as the service's clients."""
    try:
        from aftership_tracking.mock import Mock, MockRequest
    except ImportError:
        return Check("document", None, "needs the extra `mock`")
    request, prefix = plan.request, urlsplit(setup.settings.base_url).path
    target = request.target.removeprefix(prefix)
    response = Mock(versions=[setup.version]).handle(
        MockRequest.to(request.method, target, key="k", body=request.body, headers=dict(request.headers))
    )
    # The account of this mock is empty, so that a thing is not found says nothing about the request.
    if response.status < 400 or response.status == NOT_FOUND:
        return Check("document", True, f"the request is one that {setup.version} documents")
    code = response.json["meta"]["code"]
    return Check("document", False, response.headers.get("as-mock-hint", f"code {code}"))


NOT_FOUND = 404
