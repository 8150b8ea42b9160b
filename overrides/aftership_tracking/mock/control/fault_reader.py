"""Reads what a test plans to go wrong: one reader for `POST /_mock/faults`, files and `Faults.add`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from aftership_tracking.mock.control import bodies
from aftership_tracking.mock.control.bodies import read_as
from aftership_tracking.mock.control.durations import read_duration
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.fault_effect import FaultBody


def fault_reader(
    check_operation: Callable[[str | None], object],
) -> Callable[[Mapping[str, Any]], list[dict[str, Any]]]:
    """Return what reads a rule, or a profile, as the values of one `FaultRule` or several."""

    def read(value: Mapping[str, Any]) -> list[dict[str, Any]]:
        body = read_as(value, bodies.FaultsBody)
        if body.profile is None:
            check_operation(body.operation)
            return [_values(body, None)]
        # A profile says what goes wrong; for whom is up to the test.
        others = sorted(set(value) - {"profile", "key"})
        if others:
            raise ControlError("contradiction", f"{others[0]}: a profile goes together with a key only")
        rules = [read_as({**rule, "key": body.key}, bodies.FaultsBody) for rule in find_profile(body.profile)]
        for rule in rules:
            check_operation(rule.operation)
        return [_values(rule, body.profile) for rule in rules]

    return read


def find_profile(name: str) -> list[dict[str, Any]]:
    """Return the rules of a profile."""
    profiles = read_profiles()
    if name not in profiles:
        raise ControlError(
            "unknown-profile", f"profile: {name!r} is unknown; there are {', '.join(profiles)}"
        )
    rules: list[dict[str, Any]] = profiles[name]["rules"]
    return rules


@cache
def read_profiles() -> dict[str, Any]:
    """The faults that often come together or matter most, by name: what they are, and their rules."""
    text = files("aftership_tracking.mock.control").joinpath("fault_profiles.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _values(body: bodies.FaultsBody, profile: str | None) -> dict[str, Any]:
    # A chance of once in a while would be over with its first hit.
    usual = 1 if body.chance is None else None
    spoiled = (
        FaultBody(kind=body.body.kind, at=body.body.at)
        if isinstance(body.body, bodies.SpoiledBody)
        else FaultBody(kind="html")
        if body.body == "html"
        else body.body
    )
    return {
        "operation": body.operation,
        "path": body.path,
        "query": body.query,
        "key": body.key,
        "nth": body.nth,
        "times": usual if body.times is msgspec.UNSET else body.times,
        "chance": body.chance,
        "status": body.status,
        "code": body.code,
        "headers": body.headers,
        "body": spoiled,
        "delay": read_duration(body.delay, "delay").total_seconds(),
        "drop": body.drop,
        "profile": profile,
    }
