"""What bodies of the control API do to a mock. Files of settings (`--config`) go the same way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from aftership_tracking.mock.control import bodies
from aftership_tracking.mock.control.bodies import read_as
from aftership_tracking.mock.control.durations import read_duration
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.control.verification import Expectation, Verification
from aftership_tracking.mock.pipeline.faults import FaultState
from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.endpoint import TRIGGERS, Endpoint, OAuthSettings
from aftership_tracking.webhooks.event_codes import EVENTS


def seed(mock: Sandbox, value: Any, where: str = "") -> list[str]:
    """Add trackings, and return their ids."""
    body = read_as(value, bodies.SeedBody, where)
    return mock.seed(
        body.trackings,
        count=body.count,
        template=body.template,
        key=body.key,
        version=body.version,
        couriers=body.couriers,
    )


def move_tracking(mock: Sandbox, tracking_id: str, value: Any) -> dict[str, Any]:
    """Put a parcel into a status, let time pass for it, or begin a journey, and return its tracking."""
    body = read_as(value, bodies.TrackingBody)
    is_put = body.tag is not None or body.subtag is not None
    if is_put + (body.advance is not None) + (body.journey is not None) > 1:
        raise ControlError("contradiction", "give only one of tag (or subtag), advance and journey")
    if body.advance is not None:
        return mock.advance_parcel(tracking_id, body.advance, key=body.key)
    if body.journey is not None:
        return mock.follow(tracking_id, body.journey, key=body.key)
    return mock.put(tracking_id, tag=body.tag, subtag=body.subtag, key=body.key)


def move_clock(mock: Sandbox, value: Any, where: str = "") -> None:
    """Advance or set the clock, or change the pace of the parcels."""
    body = read_as(value, bodies.ClockBody, where)
    if (body.advance, body.set, body.speed) == (None, None, None):
        raise ControlError("nothing-to-do", f"{where or 'the body'}: give advance, set or speed")
    if body.advance is not None and body.set is not None:
        raise ControlError("contradiction", "advance: not together with set")
    if body.speed is not None:
        mock.speed = body.speed
    if body.advance is not None:
        mock.advance(body.advance)
    elif body.set is not None:
        mock.set_time(body.set)


def show_clock(mock: Sandbox) -> dict[str, Any]:
    """The time of the parcels, that of the callers, and the pace."""
    return {
        "now": mock.clock.now().isoformat(),
        "wall": mock.clock.wall().isoformat(),
        "speed": mock.speed,
    }


def add_faults(mock: Sandbox, value: Any, where: str = "") -> list[int]:
    """Plan a fault, or those of a profile, and return the numbers of the rules."""
    read_as(value, bodies.FaultsBody, where)  # it says where in a file a field is wrong
    try:
        return mock.faults.plan(value)
    except ControlError:
        raise
    except ValueError as error:
        raise _wrong(error, where) from None


def verify(mock: Sandbox, value: Any) -> Verification:
    """Compare the journal with expectations."""
    body = read_as(value, bodies.VerifyBody)
    if not body.expect and not body.complete:
        raise ControlError("nothing-to-do", "expect: give at least one expectation, or complete: true")
    for each in body.expect:
        mock.check_operation(each.operation)
    wanted = [Expectation(**msgspec.structs.asdict(each)) for each in body.expect]
    return mock.verify(wanted, complete=body.complete)


def add_webhook(mock: Sandbox, value: Any, where: str = "") -> Endpoint:
    """Send webhooks to a URL from now on."""
    body = read_as(value, bodies.WebhookBody, where)
    try:
        return mock.webhooks.add(
            body.url,
            secret=body.secret,
            version=body.version,
            events=EVENTS if body.events is None else body.events,
            tags=TRIGGERS if body.tags is None else body.tags,
            headers=body.headers,
            oauth=None if body.oauth is None else OAuthSettings(**msgspec.structs.asdict(body.oauth)),
            pending_after=read_duration(body.pending_after, "pending_after"),
            edits=body.edits,
            api_key=body.key,
            documented_ports=body.documented_ports,
        )
    except ControlError:
        raise
    except ValueError as error:
        raise _wrong(error, where) from None


def find_webhook(mock: Sandbox, number: int | str) -> Endpoint:
    """Return the URL of a number."""
    for endpoint in mock.webhooks.endpoints:
        if str(endpoint.number) == str(number):
            return endpoint
    raise ControlError("unknown-webhook", f"id: there is no webhook {number}", 404)


def replay(mock: Sandbox, value: Any) -> int:
    """Send an event once more, and return to how many URLs."""
    body = read_as(value, bodies.ReplayBody)
    endpoint = None if body.webhook is None else find_webhook(mock, body.webhook)
    sent = mock.webhooks.replay(body.event_id, endpoint)
    if not sent:
        raise ControlError("unknown-event", "event_id: no such event was sent, or it was too long ago", 404)
    return sent


def set_chaos(mock: Sandbox, value: Any) -> None:
    """Set what the sender of webhooks does wrong on purpose."""
    fields = msgspec.structs.asdict(read_as(value, bodies.ChaosBody))
    held_back: timedelta = read_duration(fields.pop("held_back"), "held_back")
    try:
        mock.webhooks.chaos = Chaos(**fields, held_back=held_back)
    except ValueError as error:
        raise _wrong(error, "") from None


def find_fault(mock: Sandbox, number: str) -> FaultState:
    """Return the rule of a number."""
    for state in mock.faults.rules:
        if str(state.rule.id) == number:
            return state
    raise ControlError("unknown-fault", f"id: there is no fault {number}, or it has fired its last", 404)


def switch_fault(mock: Sandbox, number: str, value: Any) -> None:
    """Switch a rule off, or on again."""
    body = read_as(value, bodies.SwitchBody)
    mock.faults.switch(find_fault(mock, number).rule.id, on=body.on)


def _wrong(error: ValueError, where: str) -> ControlError:
    return ControlError("wrong-value", f"{where}: {error}" if where else str(error))
