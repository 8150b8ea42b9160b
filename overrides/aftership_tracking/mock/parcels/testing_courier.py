"""The numbers of the testing courier: `<flow>-<minutes>-<digits>`, as in `ITE010D-3-643642`, script a life.

The grammar of these numbers is data (`testing-courier` of the detection file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Script:
    """A life: sub-statuses in order, one each interval, or each at an offset of its own from the start.

    `promise` is when the courier expects to deliver a parcel with offsets, if it said so.
    """

    subtags: tuple[str, ...]
    interval: timedelta
    offsets: tuple[timedelta, ...] = ()
    promise: timedelta | None = None

    @property
    def arrival(self) -> timedelta | None:
        """When the courier expects to deliver, from the start."""
        return self.promise if self.offsets else self.interval * len(self.subtags)

    def offset(self, index: int) -> timedelta:
        """Return when the entry of an index happens, from the start."""
        return self.offsets[index] if index < len(self.offsets) else self.interval * (index + 1)


class Grammar:
    """The grammar of the numbers of the testing courier."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.slug: str = data["slug"]
        self._number = re.compile(data["pattern"])
        self._step = re.compile(data["step-pattern"])
        self._letters: Mapping[str, str] = data["letters"]

    def script(self, slug: str, tracking_number: str) -> Script | None:
        """Return the life of a parcel; None for another courier, or for a number without a script."""
        if slug != self.slug or self._number.fullmatch(tracking_number) is None:
            return None
        flow, minutes, _ = tracking_number.split("-", 2)
        subtags = tuple(
            f"{self._letters[letter]}_{digits or '001'}" for letter, digits in self._step.findall(flow)
        )
        return Script(subtags, timedelta(minutes=int(minutes)))
