"""Places for invented checkpoints: real cities, so that an answer looks like one, and nobody's address."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Place:
    """A city where a parcel can be. `offset` is its distance from UTC in hours, winter time."""

    city: str
    state: str
    zip: str
    country_iso3: str
    country_name: str
    latitude: float
    longitude: float
    offset: float

    def local(self, moment: datetime) -> datetime:
        """The same moment on the clocks of this place."""
        return moment.astimezone(timezone(timedelta(hours=self.offset)))


ROUTES: tuple[tuple[Place, ...], ...] = (
    (
        Place("Portland", "OR", "97201", "USA", "United States", 45.52, -122.68, -8),
        Place("Boise", "ID", "83702", "USA", "United States", 43.62, -116.2, -7),
        Place("Salt Lake City", "UT", "84101", "USA", "United States", 40.76, -111.89, -7),
        Place("Denver", "CO", "80202", "USA", "United States", 39.74, -104.99, -7),
    ),
    (
        Place("Shenzhen", "Guangdong", "518000", "CHN", "China", 22.54, 114.06, 8),
        Place("Hong Kong", "HK", "999077", "HKG", "Hong Kong", 22.32, 114.17, 8),
        Place("Leipzig", "Sachsen", "04109", "DEU", "Germany", 51.34, 12.37, 1),
        Place("Hamburg", "Hamburg", "20095", "DEU", "Germany", 53.55, 9.99, 1),
    ),
    (
        Place("Manchester", "England", "M1 1AE", "GBR", "United Kingdom", 53.48, -2.24, 0),
        Place("Coventry", "England", "CV1 1AA", "GBR", "United Kingdom", 52.41, -1.51, 0),
        Place("Paris", "IDF", "75001", "FRA", "France", 48.86, 2.35, 1),
        Place("Lyon", "ARA", "69001", "FRA", "France", 45.76, 4.84, 1),
    ),
    (
        Place("Melbourne", "VIC", "3000", "AUS", "Australia", -37.81, 144.96, 10),
        Place("Canberra", "ACT", "2600", "AUS", "Australia", -35.28, 149.13, 10),
        Place("Sydney", "NSW", "2000", "AUS", "Australia", -33.87, 151.21, 10),
        Place("Brisbane", "QLD", "4000", "AUS", "Australia", -27.47, 153.03, 10),
    ),
)


@lru_cache(maxsize=10_000)
def route(seed: int, tracking_number: str, steps: int) -> tuple[Place, ...]:
    """Give one place per step, in travelling order. The same seed and number give the same places."""
    chosen = random.Random(f"{seed}/{tracking_number}").choice(ROUTES)  # noqa: S311 - nothing secret
    if steps <= 1:
        return (chosen[-1],) * steps
    last = len(chosen) - 1
    return tuple(chosen[round(index * last / (steps - 1))] for index in range(steps))
