"""The faults that users know by name, `mock/control/fault_profiles.json`, and what the client makes of each.

The mock plays them, so what is promised here is what a user sees who asks the mock for them.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from aftership_tracking import errors
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.mock.control.fault_reader import read_profiles
from aftership_tracking.testing import ClientClock
from contract_support.document.installed import ReadOnce

__all__ = ["PROFILES", "PROMISES", "Played", "Promise", "format_played", "heading", "play", "plays"]

PROFILES = tuple(read_profiles())
VARIANTS = ("sync", "async")
TRACKINGS = 3
KEY = "profile-key"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What the client does, what comes of it, and how many requests that takes.

    `result` is "3 trackings", "created", or the class of the error. Three trackings are two pages.
    `by_number` is what versions that count pages have instead.
    """

    step: Literal["list", "create"] = "list"
    result: str = f"{TRACKINGS} trackings"
    requests: int = 2
    by_number: tuple[str, int] | None = None

    def of(self, version: str) -> tuple[str, int]:
        """Result and requests in a version."""
        if self.by_number is not None and not _has_cursor(version):
            return self.by_number
        return self.result, self.requests


PROMISES = {
    # Refused for longer than the client tries again.
    "rate-limit-storm": Promise(result="RateLimitError", requests=3),
    "outage": Promise(result="ServerError", requests=3),
    "gateway-page": Promise(requests=3),
    "expired-cursor": Promise(result="ValidationError", by_number=(f"{TRACKINGS} trackings", 2)),
    # It may have been created, so it is not sent again.
    "lost-create": Promise(step="create", result="TransportError", requests=1),
    "lost-connection": Promise(requests=3),
    "half-response": Promise(requests=3),
    # A whole response, which is not repeated.
    "broken-json": Promise(result="DecodeError", requests=1),
    "new-status": Promise(),
    "new-field": Promise(),
}


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a profile with one client of one version."""

    profile: str
    version: str
    variant: str
    result: str
    requests: int
    fired: bool

    @property
    def complaint(self) -> str:
        """How it differs from what is promised; empty if it does not."""
        promise = PROMISES.get(self.profile)
        if promise is None:
            return "nothing is promised about this profile"
        expected = promise.of(self.version)
        if (self.result, self.requests) != expected:
            return f"promised {expected[0]} after {expected[1]} requests"
        if not self.fired and promise.by_number != expected:
            return "no rule of the profile fired"
        return ""


def plays(versions: Iterable[str]) -> Iterator[Played]:
    """Play every profile with both clients of some versions."""
    for profile in PROFILES:
        for version in versions:
            for variant in VARIANTS:
                yield play(profile, version, variant)


def play(profile: str, version: str, variant: str) -> Played:
    """Play a profile with the sync or the async client of a version, on a clock that nobody waits for."""
    clock = ManualClock()
    mock = Mock(documents=ReadOnce, clock=clock)
    mock.seed(count=TRACKINGS, template={"slug": "dhl"}, key=KEY)
    with httpx.Client(transport=mock.transport(), base_url="http://mock") as control:
        planned = control.post("/_mock/faults", json={"profile": profile})
    assert planned.status_code == 201, planned.text
    step = PROMISES[profile].step if profile in PROMISES else "list"
    module = importlib.import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    with ClientClock(moves=clock):
        result = _sync(module, mock, step) if variant == "sync" else asyncio.run(_async(module, mock, step))
    fired = {record.rule for record in mock.journal}
    return Played(
        profile=profile,
        version=version,
        variant=variant,
        result=result,
        requests=len(mock.journal),
        fired=fired >= set(planned.json()["ids"]),
    )


def _sync(module: Any, mock: Mock, step: str) -> str:
    with httpx.Client(transport=mock.transport()) as http_client:
        client = module.AfterShip(api_key=KEY, http_client=http_client)
        try:
            if step == "create":
                client.trackings.create(tracking_number="PARCEL99", slug="usps")
                return "created"
            return f"{sum(1 for _ in client.trackings.list(limit=2))} trackings"
        except errors.AfterShipError as error:
            return _name(error)


async def _async(module: Any, mock: Mock, step: str) -> str:
    async with httpx.AsyncClient(transport=mock.async_transport()) as http_client:
        client = module.AsyncAfterShip(api_key=KEY, http_client=http_client)
        try:
            if step == "create":
                await client.trackings.create(tracking_number="PARCEL99", slug="usps")
                return "created"
            found = client.trackings.list(limit=2)
            page = await found if inspect.isawaitable(found) else found
            return f"{len([each async for each in page])} trackings"
        except errors.AfterShipError as error:
            return _name(error)


def _name(error: errors.AfterShipError) -> str:
    return type(error).__name__


def _has_cursor(version: str) -> bool:
    parameters = ReadOnce.document(version)["paths"]["/trackings"]["get"]["x-pagination"]
    return bool(parameters["kind"] == "cursor")


def heading() -> str:
    """Format the first line of the table."""
    return f"     {'profile':<20}{'version':<10}{'client':<8}{'requests':<10}result"


def format_played(played: Played) -> str:
    """Format one line of the table."""
    mark = "FAIL" if played.complaint else "ok  "
    cells = f"{played.profile:<20}{played.version:<10}{played.variant:<8}{played.requests:<10}{played.result}"
    return f"{mark} {cells}: {played.complaint}" if played.complaint else f"{mark} {cells}"
