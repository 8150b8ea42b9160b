"""The numbers of the testing courier: `<flow>-<minutes>-<digits>`, as in `ITE010D-3-643642`, script a life.

The grammar of these numbers is data (`testing-courier` of the detection file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aftership_tracking.mock.parcels.life import Life, steady_life


class Grammar:
    """The grammar of the numbers of the testing courier."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.slug: str = data["slug"]
        self._number = re.compile(data["pattern"])
        self._step = re.compile(data["step-pattern"])
        self._letters: Mapping[str, str] = data["letters"]

    def life(self, slug: str, tracking_number: str) -> Life | None:
        """Return the life that a number describes: sub-statuses in order, one each interval.

        None for another courier, or for a number that describes none.
        """
        if slug != self.slug or self._number.fullmatch(tracking_number) is None:
            return None
        flow, minutes, _ = tracking_number.split("-", 2)
        subtags = tuple(
            f"{self._letters[letter]}_{digits or '001'}" for letter, digits in self._step.findall(flow)
        )
        return steady_life(subtags, timedelta(minutes=int(minutes)))
