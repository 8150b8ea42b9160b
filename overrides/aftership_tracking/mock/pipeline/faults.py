"""Requests that fail on purpose, so that callers can test what they do about it."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from aftership_tracking.mock.error_codes import SERVER_ERROR, TOO_MANY_REQUESTS
from aftership_tracking.mock.exchange import Allowance, Exchange
from aftership_tracking.mock.fault_effect import FaultBody, FaultEffect
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.wire.message import Drop

ANY: Final = "*"
"""In the query of a rule: any value that is not empty."""
LONGEST_DELAY = 3600.0
"""Seconds."""
MOST_RULES = 1000
_DROPS = ("before", "during", "after")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# A response that lies about its length is a fault of the server of the mock, not one of the service.
_FRAMING = ("content-length", "transfer-encoding")
# The older forms name a parcel by courier and number.
_BY_NUMBER = "_by_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """Which requests fail, and how. `Faults.add` makes one.

    Attributes:
        id: the number of the rule, for `Faults.remove`.
        operation: an operationId, or a name that is the same in all versions; None: any operation.
        path: below the version, with `*` for anything; None: any path.
        query: parameters with their values; `*` is any value that is not empty.
        key: only requests with this API key or access token; None: of any caller.
        nth: it begins with the nth matching request.
        times: so many requests fail; None: all of them.
        chance: from 0 to 1: not each matching request fails; None: each.
        status: of the response; None: the request is served, and its response is spoiled.
        code: `meta.code` of the response; None: the status itself.
        headers: sent in addition, or instead of those of the same name.
        body: the whole body, or how that of the response is spoiled; None: as it is.
        delay: seconds before the response.
        drop: when the connection is lost; None: it is not.
        profile: the name of the profile that the rule is a part of.
    """

    id: int
    operation: str | None = None
    path: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    key: str | None = field(default=None, repr=False)
    nth: int = 1
    times: int | None = 1
    chance: float | None = None
    status: int | None = None
    code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | FaultBody | None = None
    delay: float = 0.0
    drop: Drop | None = None
    profile: str | None = None

    def __post_init__(self) -> None:
        _check_when(self)
        _check_what(self)

    @property
    def is_served(self) -> bool:
        """Whether the request is served as usual, and only its response is spoiled."""
        return self.status is None and self.code is None and self.drop != "before"


def _matches(rule: FaultRule, exchange: Exchange) -> bool:
    """Whether a request is one of those that may fail."""
    operation = exchange.routed_operation
    name = f"{operation.resource}.{operation.action}"
    if rule.operation not in (None, operation.id, name, name.removesuffix(_BY_NUMBER)):
        return False
    if rule.key is not None and rule.key != exchange.api_key:
        return False
    return _fits_path(rule, exchange) and _fits_query(rule, exchange)


def _fits_path(rule: FaultRule, exchange: Exchange) -> bool:
    if rule.path is None:
        return True
    full = unquote_to_bytes(exchange.request.path).decode("utf-8", "replace")
    below = "/" + full.split("/", 3)[-1]
    return rule.path == exchange.routed_operation.template or any(
        fnmatchcase(path, rule.path) for path in (full, below)
    )


def _fits_query(rule: FaultRule, exchange: Exchange) -> bool:
    if not rule.query:
        return True
    sent = parse_qsl(exchange.request.query.decode("latin-1"), keep_blank_values=True)
    return all(
        any(name == wanted and (value == given or (value == ANY and given)) for wanted, given in sent)
        for name, value in rule.query.items()
    )


def _effect_of(rule: FaultRule) -> FaultEffect:
    headers = {name.lower(): value for name, value in rule.headers.items()}
    return FaultEffect(rule.id, headers, rule.body, rule.delay, rule.drop)


def _shown(rule: FaultRule) -> str:
    """What the rule says, but for its key and what is usual."""
    said = {each.name: getattr(rule, each.name) for each in fields(rule) if each.repr and each.name != "id"}
    usual: tuple[object, ...] = (None, 1, 0.0, {})
    return ", ".join(f"{name}={value!r}" for name, value in said.items() if value not in usual)


def _check_when(rule: FaultRule) -> None:
    if rule.nth < 1:
        raise ValueError("the nth call of a fault counts from 1")
    if rule.times is not None and rule.times < 1:
        raise ValueError("a fault must happen at least once")
    if rule.chance is not None and not 0 < rule.chance <= 1:
        raise ValueError("the chance of a fault is above 0 and at most 1")
    if rule.path is not None and not rule.path.startswith(("/", "*", "?", "[")):
        raise ValueError(f"the path of a fault begins with / or *, and {rule.path!r} fits no request")


def _check_what(rule: FaultRule) -> None:
    is_plain = rule.body is None and not rule.headers
    if rule.status is not None and not (400 <= rule.status <= 599 or (rule.status >= 200 and not is_plain)):
        raise ValueError("a fault needs a status from 400 to 599; from 200 only with a body or headers")
    if rule.status is not None and rule.status > 599:
        raise ValueError("the status of a fault is at most 599")
    if not 0 <= rule.delay <= LONGEST_DELAY:
        raise ValueError(f"the delay of a fault is from 0 to {LONGEST_DELAY:g} seconds")
    if rule.drop is not None and rule.drop not in _DROPS:
        raise ValueError(f"the connection of a fault drops {', '.join(_DROPS)}, not {rule.drop!r}")
    if rule.drop in ("before", "after") and not (is_plain and rule.status is None and rule.code is None):
        raise ValueError(
            f"a fault that drops the connection {rule.drop!r} has neither status, code, headers nor body: no"
            " response comes; 'during' cuts one"
        )
    if is_plain and (rule.status, rule.code, rule.drop) == (None, None, None) and not rule.delay:
        raise ValueError("a fault needs something to do: a status, code, headers, body, delay or drop")
    for name, value in rule.headers.items():
        if _HEADER_NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is not the name of a header")
        if not value.isascii() or any(letter in value for letter in "\r\n\0"):
            raise ValueError(f"the header {name!r} of a fault is not one line of ASCII")
        if name.lower() in _FRAMING:
            raise ValueError(f"the mock writes the header {name!r} itself; to cut a response, drop it during")


@dataclass(slots=True)
class _Progress:
    """How far a rule has come."""

    rule: FaultRule
    random: random.Random
    matched: int = 0
    fired: int = 0
    is_on: bool = True

    def fires(self) -> bool:
        """Count a matching request, and say whether it fails."""
        rule = self.rule
        self.matched += 1
        if self.matched < rule.nth or (rule.times is not None and self.fired >= rule.times):
            return False
        if rule.chance is not None and self.random.random() >= rule.chance:
            return False
        self.fired += 1
        return True

    @property
    def is_spent(self) -> bool:
        return self.rule.times is not None and self.fired >= self.rule.times


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultState:
    """A rule that is still there, how often it matched and fired, and whether it is switched on.

    Attributes:
        rule: the rule itself.
        matched: how many requests it fitted.
        fired: how many of them it let fail.
        is_on: False while it is switched off, and no request fails.
    """

    rule: FaultRule
    matched: int
    fired: int
    is_on: bool = True


class Faults:
    """The planned faults. The first rule that is due wins; later ones do not see the request.

    Args:
        seed: decides about chances.
        read: checks a rule as it is written over HTTP, and returns the values of its `FaultRule`, or of
            several for a profile. A `Mock` has one; without it values are taken as they are.
    """

    def __init__(
        self,
        seed: int = 1,
        read: Callable[[Mapping[str, Any]], list[dict[str, Any]]] = lambda body: [dict(body)],
    ) -> None:
        self._seed = seed
        self._read = read
        self._rules: list[_Progress] = []
        self._lock = threading.Lock()
        self._last_id = 0

    def add(
        self,
        status: int | None = None,
        times: int | None = 1,
        operation_id: str | None = None,
        code: int | None = None,
        *,
        operation: str | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        nth: int = 1,
        chance: float | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | FaultBody | Mapping[str, str] | None = None,
        delay: float | str | timedelta = 0.0,
        drop: Drop | None = None,
        profile: str | None = None,
    ) -> int:
        """Let requests fail: by default the next one, of any operation.

        A rule with a status or a code fails the request before anything is done. One without lets it be done,
        and spoils the response. It is checked as one of `POST /_mock/faults`.

        Args:
            status: of the response, also one that the document does not have, such as 409 of a gateway.
            times: so many requests fail; None: all of them.
            operation_id: the same as `operation`.
            code: `meta.code` of the response; the status itself by default.
            operation: an operationId, or a name that is the same in all versions: `trackings.list`.
            path: below the version, with `*` for anything: `/trackings`, `/trackings/*`; or a template.
            query: parameters with their values; `*` is any value that is not empty.
            key: only requests with this API key or access token.
            nth: begin with the nth matching request.
            chance: from 0 to 1: not each matching request fails. The seed of the mock decides which.
            headers: sent in addition, or instead of those of the same name.
            body: the whole body, or how that of the response is spoiled: a `FaultBody`, a mapping with its
                `kind` and `at`, or "html" for the page of a gateway.
            delay: before the response, in seconds, or as "3s", "500ms".
            drop: lose the connection: "before" the request is served, "during" the response, or "after" the
                request was served, without a response.
            profile: what is needed often, such as "rate-limit-storm". Only a `key` may stand beside it.

        Returns:
            The number of the rule, for `remove`; of a profile, that of its first rule.

        Raises:
            ValueError: the rule has nothing to do, contradicts itself, or has a value of a wrong kind, or no
                version has the operation, or there is no such profile.
        """
        if operation_id is not None and operation is not None:
            raise ValueError("operation_id and operation are the same: give one of them")
        body = body.as_mapping() if isinstance(body, FaultBody) else body
        delay = delay.total_seconds() if isinstance(delay, timedelta) else delay
        given: dict[str, Any] = {"operation": operation if operation_id is None else operation_id}
        given |= {"path": path, "query": query, "key": key, "chance": chance, "profile": profile}
        given |= {"status": status, "code": code, "headers": headers, "body": body, "drop": drop}
        given |= {"delay": delay or None, "nth": None if nth == 1 else nth}
        rule: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        # A profile says itself how often.
        return self.plan(rule if profile is not None and times == 1 else {**rule, "times": times})[0]

    def plan(self, body: Mapping[str, Any]) -> list[int]:
        """Add a rule, or those of a profile, as `POST /_mock/faults` takes them, and return their numbers.

        Raises:
            ValueError: as for `add`.
        """
        read = self._read(body)
        with self._lock:
            if len(self._rules) + len(read) > MOST_RULES:
                raise ValueError(f"there are {MOST_RULES} faults already; remove some")
            rules = [FaultRule(id=self._last_id + number, **values) for number, values in enumerate(read, 1)]
            for rule in rules:
                # Each rule draws from its own stream, so that one more rule changes nothing for the others.
                stream = random.Random(f"{self._seed} {rule.id}")  # noqa: S311 - chances need no secrecy
                self._rules.append(_Progress(rule, stream))
                self._last_id = rule.id
            return [rule.id for rule in rules]

    def assert_fired(self) -> None:
        """Fail if a rule that is still there let no request fail: what a test plans should happen.

        Raises:
            AssertionError: it names each of them; or no rule was planned at all.
        """
        __tracebackhide__ = True
        if not self._last_id:
            raise AssertionError("no fault was planned")
        idle = [
            f"fault {each.rule.id} did not fire; {each.matched} requests fitted it\n  {_shown(each.rule)}"
            for each in self.rules
            if not each.fired
        ]
        if idle:
            raise AssertionError("\n".join(idle))

    @property
    def rules(self) -> tuple[FaultState, ...]:
        """The rules that are still there, in their order."""
        with self._lock:
            return tuple(
                FaultState(rule=each.rule, matched=each.matched, fired=each.fired, is_on=each.is_on)
                for each in self._rules
            )

    def switch(self, rule: int, *, on: bool) -> bool:
        """Switch a rule off or on again, and return whether it was still there.

        A rule that is off sees no request and counts none. Switched on, it goes on where it was.
        """
        with self._lock:
            for each in self._rules:
                if each.rule.id == rule:
                    each.is_on = on
                    return True
        return False

    def remove(self, rule: int) -> bool:
        """Remove a rule. Return whether it was still there."""
        with self._lock:
            before = len(self._rules)
            self._rules = [each for each in self._rules if each.rule.id != rule]
            return len(self._rules) < before

    def _take(self, exchange: Exchange) -> FaultRule | None:
        """Return the first rule that is due for a request, and use it."""
        if not self._rules:
            return None
        with self._lock:
            for progress in self._rules:
                if progress.is_on and _matches(progress.rule, exchange) and progress.fires():
                    if progress.is_spent:
                        self._rules.remove(progress)
                    return progress.rule
        return None

    def clear(self) -> None:
        """Remove all rules; their numbers start again."""
        with self._lock:
            self._rules.clear()
            self._last_id = 0


class PlannedFault:
    """Takes the first fault that is due, and refuses the request or spoils the response."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, exchange: Exchange) -> None:
        rule = self._faults._take(exchange)
        if rule is None:
            return
        exchange.fault = _effect_of(rule)
        if rule.is_served:
            exchange.hint = f"fault {rule.id}: the response is spoiled as planned"
            return
        status = rule.status
        if status == TOO_MANY_REQUESTS:
            exchange.allowance = _used_up(exchange.allowance, exchange.fault.headers)
        # A code alone has the status that the documents give it; a lost connection has none.
        shown = status or rule.code or "loss of the connection"
        code = rule.code or status or SERVER_ERROR
        raise Refusal((code,), f"fault {rule.id}: a planned {shown}", status=status, is_planned=True)


def _used_up(allowance: Allowance | None, headers: Mapping[str, str]) -> Allowance | None:
    """The headers of a rate limit agree with a planned 429, and with its Retry-After."""
    if allowance is None:
        return None
    wait = headers.get("retry-after", "")
    longer = int(wait) - 1 if wait.isascii() and wait.isdigit() and 0 < int(wait) < 1_000_000 else 0
    return allowance._replace(remaining=0, exceeded=True, reset=allowance.reset + longer)
