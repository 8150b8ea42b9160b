"""A parcel as the mock stores it: what callers said about it, and the plan of its life.

What can be computed from the two is not stored, and no version has parcels of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftership_tracking.mock.parcels.details import Details
from aftership_tracking.mock.parcels.journey import JourneyPlan, JourneyState, state_at


@dataclass(slots=True)
class Parcel:
    """One tracked parcel. `legacy_id` is the shorter id, which is its only one in older versions."""

    id: str
    legacy_id: str
    tracking_number: str
    slug: str
    created_at: datetime
    changed_at: datetime
    plan: JourneyPlan
    details: Details
    serial: int
    # Fields of the response that a test has set, with the names of the mock's code.
    overrides: dict[str, Any] = field(default_factory=dict)
    # The same for the checkpoint of each stage.
    stage_overrides: tuple[dict[str, Any], ...] = ()

    def state(self, now: datetime) -> JourneyState:
        return state_at(self.plan, now)

    def updated_at(self, state: JourneyState) -> datetime:
        """The last change, by the caller or by the courier."""
        return max(self.changed_at, state.changed_at)

    def stage_override(self, index: int) -> dict[str, Any]:
        """What a test has set of the checkpoint of a stage."""
        return self.stage_overrides[index] if index < len(self.stage_overrides) else {}
