"""The clock and the pace of parcels."""

from __future__ import annotations

from aftership_tracking.mock.console.form_fields import read_needed, read_number
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Redirect
from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox

STEPS = (("1h", "1 hour"), ("6h", "6 hours"), ("1d", "1 day"), ("7d", "7 days"), ("30d", "30 days"))


def show(mock: Sandbox, _: PageRequest) -> Page:
    """Show both times and the pace."""
    now, wall = mock.clock.now(), mock.clock.wall()
    values = {"now": now, "wall": wall, "ahead": now - wall, "speed": mock.speed, "steps": STEPS}
    return Page(template="console/clock.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Move the clock, or change the pace."""
    form = request.form
    action = form.get(ACTION, "")
    if action == "speed":
        speed = read_number(form, "speed")
        if speed is None:
            raise ControlError("missing-field", "speed: is needed")
        actions.move_clock(mock, {"speed": speed})
        return Redirect(to=request.path, note=f"Parcels move {mock.speed:g} times as fast as in reality.")
    if action == "set":
        actions.move_clock(mock, {"set": read_needed(form, "set")})
    else:
        actions.move_clock(mock, {"advance": read_needed(form, "step")})
    return Redirect(to=request.path, note="The clock was moved.")
