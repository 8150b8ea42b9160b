"""The control API over HTTP: `/_mock/...`. It only reads requests and calls methods of the mock."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec

from aftership_tracking.mock.control import actions, listings
from aftership_tracking.mock.control.bodies import ResetBody, read_as, read_object
from aftership_tracking.mock.control.durations import read_instant
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.oauth import oauth_actions
from aftership_tracking.mock.control.own_server import point_to_mock
from aftership_tracking.mock.control.parcel_states import TAGS, unknown_tag
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.control.security import check_host, check_request
from aftership_tracking.mock.webhooks.deliveries import DeliveryOutcome
from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import CONTROL_ROOT, MockRequest, MockResponse
from aftership_tracking.webhooks.event_codes import EVENTS

ROOT = CONTROL_ROOT.decode()
MOST_SHOWN = 1000
_logger = logging.getLogger("aftership_tracking.mock")


@dataclass(frozen=True, slots=True)
class Call:
    """A control request, read."""

    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    mount: str = ""
    """The path below which the mock is served."""


class Control:
    """The control API of one mock.

    Args:
        token: what callers have to send; None for nothing.
        hosts: names of the mock besides those of this machine.
    """

    def __init__(self, mock: Sandbox, *, token: str | None = None, hosts: Collection[str] = ()) -> None:
        self._mock = mock
        self._token = token
        self._hosts = frozenset(name.lower() for name in hosts)

    def handle(self, request: MockRequest, *, is_remote: bool) -> MockResponse:
        """Handle one request. `is_remote`: it came over a network, so its Host is checked."""
        try:
            if is_remote:
                check_host(request, self._hosts)
            segments = _segments(request.path)
            is_health = segments == ("health",)
            check_request(request, None if is_health else self._token)
            handler, parts = _find(request.method, segments)
            body = read_object(request.body) if request.method == "POST" else {}
            status, value = handler(
                self, Call(parts, _query(request.query), body, request.mount.decode("ascii", "replace"))
            )
        except ControlError as error:
            return _response(error.status, {"error": {"code": error.code, "message": error.message}}, error)
        except Exception as error:  # a fault of the mock; the caller still gets a response
            _logger.exception("the mock failed to handle a control request")
            text = f"{type(error).__name__} in the mock, see its log"
            return _response(500, {"error": {"code": "mock-failed", "message": text}})
        return _response(status, value)

    def health(self, _: Call) -> tuple[int, Any]:
        return 200, {"status": "ok", "versions": list(self._mock.versions)}

    def reset(self, call: Call) -> tuple[int, Any]:
        self._mock.reset(read_as(call.body, ResetBody).key)
        return 200, {"reset": True}

    def seed(self, call: Call) -> tuple[int, Any]:
        ids = actions.seed(self._mock, call.body)
        return 201, {"count": len(ids), "ids": ids}

    def tracking(self, call: Call) -> tuple[int, Any]:
        return 200, {"tracking": actions.move_tracking(self._mock, call.parts["id"], call.body)}

    def clock(self, _: Call) -> tuple[int, Any]:
        return 200, actions.show_clock(self._mock)

    def move_clock(self, call: Call) -> tuple[int, Any]:
        actions.move_clock(self._mock, call.body)
        return 200, actions.show_clock(self._mock)

    def faults(self, _: Call) -> tuple[int, Any]:
        return 200, {"faults": [listings.show_fault(each) for each in self._mock.faults.rules]}

    def add_fault(self, call: Call) -> tuple[int, Any]:
        ids = actions.add_faults(self._mock, call.body)
        return 201, {"id": ids[0], "ids": ids}

    def clear_faults(self, _: Call) -> tuple[int, Any]:
        removed = [state for state in self._mock.faults.rules if self._mock.faults.remove(state.rule.id)]
        return 200, {"removed": len(removed)}

    def remove_fault(self, call: Call) -> tuple[int, Any]:
        self._mock.faults.remove(actions.find_fault(self._mock, call.parts["id"]).rule.id)
        return 200, {"removed": 1}

    def switch_fault(self, call: Call) -> tuple[int, Any]:
        actions.switch_fault(self._mock, call.parts["id"], call.body)
        return 200, listings.show_fault(actions.find_fault(self._mock, call.parts["id"]))

    def requests(self, call: Call) -> tuple[int, Any]:
        query = _filters(call.query, _FILTERS)
        operation, key, status, since = (query.get(name) for name in _FILTERS)
        if status is not None and not _is_number(status):
            raise ControlError("wrong-value", "status: a number is needed, such as 429")
        self._mock.check_operation(operation)
        found = self._mock.journal.find(
            operation=operation,
            key=key,
            status=None if status is None else int(status),
            since=None
            if since is None
            else int(since)
            if _is_number(since)
            else read_instant(since, "since"),
        )
        return 200, {
            "count": len(found),
            "dropped": self._mock.journal.dropped,
            "requests": [listings.show_record(each) for each in found],
        }

    def verify(self, call: Call) -> tuple[int, Any]:
        result = actions.verify(self._mock, call.body)
        shown = {**msgspec.to_builtins(result), "verified": bool(result), "message": str(result)}
        return 200 if result else 409, shown

    def har(self, _: Call) -> tuple[int, Any]:
        return 200, self._mock.har()

    def snapshot(self, _: Call) -> tuple[int, Any]:
        return 200, self._mock.snapshot()

    def restore(self, call: Call) -> tuple[int, Any]:
        self._mock.restore(call.body)
        return 200, {"restored": True, "now": self._mock.clock.now().isoformat()}

    def webhooks(self, _: Call) -> tuple[int, Any]:
        return 200, {"webhooks": [listings.show_webhook(each) for each in self._mock.webhooks.endpoints]}

    def add_webhook(self, call: Call) -> tuple[int, Any]:
        return 201, listings.show_webhook(actions.add_webhook(self._mock, call.body))

    def remove_webhook(self, call: Call) -> tuple[int, Any]:
        self._mock.webhooks.remove(actions.find_webhook(self._mock, call.parts["id"]))
        return 200, {"removed": 1}

    def deliveries(self, call: Call) -> tuple[int, Any]:
        query = _filters(call.query, _DELIVERY_FILTERS)
        event_id, event, tag, outcome = (query.get(name) for name in _DELIVERY_FILTERS)
        if outcome not in (None, *DeliveryOutcome):
            raise ControlError("wrong-value", f"outcome: there are {', '.join(DeliveryOutcome)}")
        log = self._mock.webhooks.log
        # Chaos sends statuses that nobody knows: what was sent can be searched for.
        if tag is not None and tag not in TAGS and tag not in {attempt.tag for attempt in log}:
            raise unknown_tag(tag)
        if event is not None and event not in EVENTS and event not in {attempt.event for attempt in log}:
            raise ControlError("wrong-value", f"event: there are {', '.join(EVENTS)}")
        found = [
            attempt
            for attempt in log
            if event_id in (None, attempt.event_id)
            and event in (None, attempt.event)
            and tag in (None, attempt.tag)
            and outcome in (None, str(attempt.outcome))
        ]
        return 200, {
            "count": len(found),
            "waiting": len(self._mock.webhooks.waiting),
            "deliveries": [listings.show_attempt(each) for each in found[-MOST_SHOWN:]],
        }

    def replay(self, call: Call) -> tuple[int, Any]:
        return 202, {"sent": actions.replay(self._mock, call.body)}

    def set_chaos(self, call: Call) -> tuple[int, Any]:
        actions.set_chaos(self._mock, call.body)
        return 200, {"set": True}

    def oauth(self, _: Call) -> tuple[int, Any]:
        return 200, oauth_actions.show(self._mock)

    def install(self, call: Call) -> tuple[int, Any]:
        return 200, {"url": oauth_actions.install(self._mock, call.body)}

    def authorize(self, call: Call) -> tuple[int, Any]:
        return 200, {"location": oauth_actions.authorize(self._mock, call.body)}

    def uninstall(self, call: Call) -> tuple[int, Any]:
        return 200, {"ended": oauth_actions.uninstall(self._mock, call.body)}

    def own_document(self, _: Call) -> tuple[int, Any]:
        return 200, read_document()

    def api_document(self, call: Call) -> tuple[int, Any]:
        query = dict(call.query)
        constraints: Any = query.pop("constraints", "enforced")
        _refuse_others(query, "constraints")
        document = self._mock.document(call.parts["version"], constraints=constraints)
        return 200, point_to_mock(document, call.mount)


_FILTERS = ("operation", "key", "status", "since")
_DELIVERY_FILTERS = ("event_id", "event", "tag", "outcome")
Handler = Callable[[Control, Call], tuple[int, Any]]

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "health": {"GET": Control.health},
    "reset": {"POST": Control.reset},
    "seed": {"POST": Control.seed},
    "trackings/{id}": {"POST": Control.tracking},
    "clock": {"GET": Control.clock, "POST": Control.move_clock},
    "faults": {"GET": Control.faults, "POST": Control.add_fault, "DELETE": Control.clear_faults},
    "faults/{id}": {"POST": Control.switch_fault, "DELETE": Control.remove_fault},
    "requests": {"GET": Control.requests},
    "requests.har": {"GET": Control.har},
    "verify": {"POST": Control.verify},
    "snapshot": {"GET": Control.snapshot, "POST": Control.restore},
    "webhooks": {"GET": Control.webhooks, "POST": Control.add_webhook},
    "webhooks/deliveries": {"GET": Control.deliveries},
    "webhooks/replay": {"POST": Control.replay},
    "webhooks/chaos": {"POST": Control.set_chaos},
    "webhooks/{id}": {"DELETE": Control.remove_webhook},
    "oauth": {"GET": Control.oauth},
    "oauth/install": {"POST": Control.install},
    "oauth/authorize": {"POST": Control.authorize},
    "oauth/uninstall": {"POST": Control.uninstall},
    "openapi.json": {"GET": Control.own_document},
    "openapi/{version}.json": {"GET": Control.api_document},
}
"""The paths below `/_mock/`; one with more literal parts comes first."""


@cache
def read_document() -> dict[str, Any]:
    """The OpenAPI document of the control API itself."""
    found: dict[str, Any] = json.loads(
        files("aftership_tracking.mock.control").joinpath("openapi.json").read_text("utf-8")
    )
    return found


def _segments(path: bytes) -> tuple[str, ...]:
    below = path[len(CONTROL_ROOT) :].removeprefix(b"/")
    return tuple(unquote_to_bytes(part).decode("utf-8", "replace") for part in below.split(b"/"))


def _find(method: str, segments: tuple[str, ...]) -> tuple[Handler, dict[str, str]]:
    for template, methods in ROUTES.items():
        parts = _match(template.split("/"), segments)
        if parts is None:
            continue
        # A HEAD is a GET whose body is not sent.
        handler = methods.get("GET" if method == "HEAD" else method)
        if handler is None:
            allowed = ", ".join(methods)
            raise ControlError("method-not-allowed", f"method: this path knows {allowed}, not {method}", 405)
        return handler, parts
    raise ControlError("unknown-path", f"path: there is nothing here; see {ROOT}/openapi.json", 404)


def _match(template: list[str], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    parts = {}
    for wanted, given in zip(template, segments, strict=True):
        head, opening, rest = wanted.partition("{")
        name, _, tail = rest.partition("}")
        if not opening:
            if wanted != given:
                return None
        elif given.startswith(head) and given.endswith(tail) and len(given) > len(head) + len(tail):
            parts[name] = given[len(head) : len(given) - len(tail)]
        else:
            return None
    return parts


def _query(raw: bytes) -> dict[str, str]:
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ControlError("contradiction", "query: each parameter may be there once")
    return found


def _filters(query: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return the filters that are given. An empty one is none, as forms send it."""
    _refuse_others({name: value for name, value in query.items() if name not in names}, ", ".join(names))
    return {name: value for name, value in query.items() if value}


def _refuse_others(query: Mapping[str, str], known: str) -> None:
    for name in query:
        raise ControlError("unknown-parameter", f"query: there is no parameter {name!r}; there are {known}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _response(status: int, value: Any, error: ControlError | None = None) -> MockResponse:
    body = write_json(value)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    if error is not None and error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if error is not None and error.status == 405:
        headers["allow"] = error.message.partition("knows ")[2].partition(", not")[0]
    return MockResponse(status, headers, body)
