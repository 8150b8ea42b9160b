"""Explains a call without sending it: the request, the checks of the request, and what happens if it fails.

    print(explain(client.trackings.create, tracking_number="1Z999AA10123456784", slug="ups"))

`str` of an `Explanation` is for people; its fields are for programs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec
from urllib.parse import urlsplit

from aftership_tracking import documents
from aftership_tracking.errors import AfterShipError, ConnectError, TransportError, UsageError
from aftership_tracking.runtime.auth.signing import sign_string
from aftership_tracking.runtime.calls.dry_run import DRY_RUN, DryRunStop
from aftership_tracking.runtime.calls.likely_mistakes import COLLECTED, Collected
from aftership_tracking.runtime.calls.retry import describe_outcome
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.runtime.operation import RateLimit, Retry
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.loopback import is_loopback
from aftership_tracking.runtime.wire.request import Response

if TYPE_CHECKING:
    from aftership_tracking.runtime.attempt import Decision
    from aftership_tracking.runtime.calls.flow import CallPlan
    from aftership_tracking.runtime.settings import ClientSetup
    from aftership_tracking.runtime.wire.request import Outcome, Request

__all__ = ["Check", "Explanation", "RetryPlan", "explain"]

P = ParamSpec("P")
_NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The result of one check."""

    name: str
    """Such as `credentials`, `address`, `version` or `document`."""
    passed: bool | None
    """Whether it is as it should be. None: it could not be checked."""
    text: str
    """The reason, in a few words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPlan:
    """What happens after an attempt that fails."""

    max_retries: int
    """How often it is repeated at most."""
    waits: tuple[float, ...]
    """The maximum number of seconds before each retry, unless the service requests another wait."""
    repeated_after: str
    """The failures after which the request is repeated."""
    deadline: float | None
    """Seconds for the whole call; None for no limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A request that was not sent. It contains no secrets, except perhaps in the body."""

    operation: str
    """Id of the operation, such as `get-tracking-by-id`."""
    method: str
    """The method of HTTP, such as GET."""
    url: str
    """The whole URL, with its query."""
    headers: Mapping[str, str]
    """Values that could be secrets are masked."""
    body: bytes
    """The body as it would be sent; empty without one."""
    sign_string: str | None
    """The string that is signed, with the key masked; None if the request is not signed."""
    limit: RateLimit | None
    """How often such a request may be sent; None if the client has no limiter."""
    retry: RetryPlan
    """What happens if it fails."""
    documented: Mapping[str, str]
    """The documented limits and defaults of the arguments, by name, such as `1 to 200, default 100`. The name
    of a field inside of an argument is a path: `next_couriers.tracking_number`."""
    checks: tuple[Check, ...]
    """What was checked. The service may accept what fails here."""

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
            *(f"argument {name}: {text}" for name, text in self.documented.items()),
            *(f"{check.name}: {marks[check.passed]}, {check.text}" for check in self.checks),
        ]
        return "\n".join(lines)


def explain(method: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Explanation:
    """Return the first request that `method(*args, **kwargs)` would send. Nothing is sent, by either client.

    With the extra `mock` the request is also checked against the document of its version. Raises UsageError
    for a call that cannot be sent at all, and for a method that sends nothing.
    """
    found = Collected()
    stopped = _run_dry(found, method, *args, **kwargs)
    plan, setup = stopped.plan, stopped.setup
    request, credentials = _sign(plan, setup)
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
        documented=found.documented,
        checks=(
            credentials,
            _check_address(plan),
            _check_version(setup),
            _check_values(found.mistakes),
            _check_deprecation(found.deprecated),
            _check_document(plan, setup),
        ),
    )


def _run_dry(found: Collected, method: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> DryRunStop:
    token, collecting = DRY_RUN.set(True), COLLECTED.set(found)
    try:
        result: Any = method(*args, **kwargs)
        # A method of the async client runs until its first request.
        if hasattr(result, "__await__"):
            result.__await__().send(None)
    except DryRunStop as stopped:
        return stopped
    except StopIteration:
        pass
    finally:
        DRY_RUN.reset(token)
        COLLECTED.reset(collecting)
    raise UsageError(
        "this method sends nothing by itself, so there is nothing to explain",
        hint="Instead of a method with many calls (changes, create_many), explain one call (list, create).",
    )


def _sign(plan: CallPlan, setup: ClientSetup) -> tuple[Request, Check]:
    authenticator = plan.authenticator or setup.credentials.authenticator
    try:
        request = authenticator.sign(plan.request)
    except AfterShipError as error:
        return plan.request, Check(name="credentials", passed=False, text=str(error))
    return request, Check(name="credentials", passed=True, text=type(authenticator).__name__)


def _retry_plan(plan: CallPlan) -> RetryPlan:
    """Ask the rule of the call what it would do after each kind of failure."""

    def would_do(outcome: Outcome, attempt: int = 1) -> Decision:
        described = describe_outcome(
            outcome,
            operation=plan.operation,
            method=plan.request.method,
            attempt=attempt,
            max_retries=plan.max_retries,
            is_repeatable=plan.retry is Retry.SAFE,
            seconds=0.0,
            seconds_left=None,
            now=0.0,
            random=1.0,
        )
        return plan.retry_function(described)

    failures: dict[str, Outcome] = {
        "no connection": ConnectError("no connection"),
        "a 429": Response(429, Headers(), b""),
        "no response": TransportError("no response"),
        "a 5xx": Response(500, Headers(), b""),
    }
    repeated = [name for name, outcome in failures.items() if would_do(outcome).again]
    after = ", ".join(repeated) or "nothing"
    if plan.retry is not Retry.SAFE:
        after = f"{after} (it must not be sent twice)"
    waits = (would_do(failures["no connection"], number).after for number in range(1, plan.max_retries + 1))
    return RetryPlan(
        max_retries=plan.max_retries, waits=tuple(waits), repeated_after=after, deadline=plan.deadline
    )


def _check_address(plan: CallPlan) -> Check:
    parts = urlsplit(plan.request.url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return Check(name="address", passed=True, text=f"{host}, encrypted")
    if is_loopback(host):
        return Check(name="address", passed=True, text=f"{host}, on this machine")
    return Check(name="address", passed=False, text=f"the key goes to {host} without encryption")


def _check_version(setup: ClientSetup) -> Check:
    info = documents.document(setup.version)["info"]
    until = info.get("x-supported-until")
    today = dt.datetime.fromtimestamp(setup.clocks.clock(), dt.UTC).date()
    if until is None:
        return Check(
            name="version", passed=None, text=f"{setup.version}: the end of its support is not known"
        )
    if today > dt.date.fromisoformat(until):
        return Check(
            name="version",
            passed=False,
            text=f"{setup.version} was supported until {until}; the oldest supported one responds instead",
        )
    return Check(name="version", passed=True, text=f"{setup.version} is supported until {until}")


def _check_values(mistakes: list[str]) -> Check:
    if mistakes:
        return Check(name="values", passed=False, text="; ".join(mistakes))
    return Check(
        name="values", passed=True, text="no argument is almost a known value or outside of its limits"
    )


def _check_deprecation(sentences: list[str]) -> Check:
    if sentences:
        return Check(name="deprecation", passed=False, text="; ".join(sentences))
    return Check(name="deprecation", passed=True, text="nothing that the call uses is deprecated")


def _check_document(plan: CallPlan, setup: ClientSetup) -> Check:
    """Send the request to the mock, which checks it against the document of the version."""
    try:
        with loading:
            from aftership_tracking.mock import Mock, MockRequest
    except ImportError:
        return Check(name="document", passed=None, text="needs the extra `mock`")
    request, prefix = plan.request, urlsplit(setup.settings.base_url).path
    target = request.target.removeprefix(prefix)
    # Where an operation takes the key as a bearer token.
    headers = {**request.headers, "authorization": "Bearer k"}
    # A mock imports on first use, too.
    with loading:
        response = Mock(versions=[setup.version]).handle(
            MockRequest.to(request.method, target, key="k", body=request.body, headers=headers)
        )
    # The account of this mock is empty, so "not found" says nothing about the request.
    if response.status < 400 or response.status == _NOT_FOUND:
        return Check(name="document", passed=True, text=f"the request fits the document of {setup.version}")
    code = response.json["meta"]["code"]
    return Check(name="document", passed=False, text=response.headers.get("as-mock-hint", f"code {code}"))
