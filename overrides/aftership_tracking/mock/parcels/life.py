"""The life of a parcel as somebody planned it: events in order, each some time after the parcel was added.

A life is made up. It comes from a number of the testing courier, from a lifecycle file, or from a hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.parcels.cities import City
from aftership_tracking.mock.parcels.substatus import tag_of

# Statuses of a parcel without news. No courier reports them, so no checkpoint has them.
WITHOUT_CHECKPOINT = frozenset({"Pending", "Expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """Something that happens to a parcel.

    Args:
        after: how long after the parcel was added, at the parcel's own pace.
        subtag: the sub-status from then on; None leaves the status and adds no checkpoint.
        message: of the checkpoint; by default that of the sub-status.
        city: where; by default the next city of the parcel's route.
        code: the code of the checkpoint's event; by default that of the sub-status, if it has one.
        reason: the code of the event's reason.
        expected: the courier's estimate from then on, as a time after the parcel was added.
        revised_because: the reason of that estimate.
        fields: fields of the tracking from then on, with the names of the version of the mock's code.
    """

    after: timedelta
    subtag: str | None = None
    message: str | None = None
    city: City | None = None
    code: str | None = None
    reason: str | None = None
    expected: timedelta | None = None
    revised_because: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_checkpoint(self) -> bool:
        return self.subtag is not None and tag_of(self.subtag) not in WITHOUT_CHECKPOINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The events of a parcel's life, the first one first.

    Args:
        expected: the courier's estimate, as a time after the parcel was added. It comes with the first
            checkpoint. None: the courier gives no estimate.
        fields: fields of the tracking from the beginning.
        about: a sentence for people.
    """

    events: tuple[LifeEvent, ...]
    expected: timedelta | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""


def steady_life(subtags: Sequence[str], interval: timedelta) -> Life:
    """Return the life that reaches one sub-status each interval."""
    events = (
        LifeEvent(after=interval * number, subtag=subtag) for number, subtag in enumerate(subtags, start=1)
    )
    return Life(events=tuple(events), expected=interval * len(subtags))


def resolve_times(value: Any, start: datetime, pace: float) -> Any:
    """Return a value of `fields` with its `RelativeDay`s as dates of a parcel that was added at `start`."""
    if isinstance(value, RelativeDay):
        return (start + timedelta(days=value.days) / pace).date().isoformat()
    if isinstance(value, Mapping):
        return {name: resolve_times(part, start, pace) for name, part in value.items()}
    if isinstance(value, list):
        return [resolve_times(part, start, pace) for part in value]
    return value


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """A date in the fields of a life: so many days after the parcel was added."""

    days: int
