"""Cities of invented checkpoints: real ones, so that a response looks real, and nobody's address."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class City:
    """A city where a parcel can be. `offset` is its distance from UTC in hours, winter time.

    Of a city of a lifecycle file only some of it may be known.
    """

    name: str
    state: str | None = None
    zip: str | None = None
    country_iso3: str | None = None
    country_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    offset: float = 0.0

    def local_time(self, instant: datetime) -> datetime:
        """The same instant on the clocks of this city."""
        return instant.astimezone(timezone(timedelta(hours=self.offset)))


ROUTES: tuple[tuple[City, ...], ...] = (
    (
        City("Portland", "OR", "97201", "USA", "United States", 45.52, -122.68, -8),
        City("Boise", "ID", "83702", "USA", "United States", 43.62, -116.2, -7),
        City("Salt Lake City", "UT", "84101", "USA", "United States", 40.76, -111.89, -7),
        City("Denver", "CO", "80202", "USA", "United States", 39.74, -104.99, -7),
    ),
    (
        City("Shenzhen", "Guangdong", "518000", "CHN", "China", 22.54, 114.06, 8),
        City("Hong Kong", "HK", "999077", "HKG", "Hong Kong", 22.32, 114.17, 8),
        City("Leipzig", "Sachsen", "04109", "DEU", "Germany", 51.34, 12.37, 1),
        City("Hamburg", "Hamburg", "20095", "DEU", "Germany", 53.55, 9.99, 1),
    ),
    (
        City("Manchester", "England", "M1 1AE", "GBR", "United Kingdom", 53.48, -2.24, 0),
        City("Coventry", "England", "CV1 1AA", "GBR", "United Kingdom", 52.41, -1.51, 0),
        City("Paris", "IDF", "75001", "FRA", "France", 48.86, 2.35, 1),
        City("Lyon", "ARA", "69001", "FRA", "France", 45.76, 4.84, 1),
    ),
    (
        City("Melbourne", "VIC", "3000", "AUS", "Australia", -37.81, 144.96, 10),
        City("Canberra", "ACT", "2600", "AUS", "Australia", -35.28, 149.13, 10),
        City("Sydney", "NSW", "2000", "AUS", "Australia", -33.87, 151.21, 10),
        City("Brisbane", "QLD", "4000", "AUS", "Australia", -27.47, 153.03, 10),
    ),
)


@lru_cache(maxsize=10_000)
def route(seed: int, tracking_number: str, stages: int) -> tuple[City, ...]:
    """Return one city per stage, in travelling order. The same seed and number give the same cities."""
    chosen = random.Random(f"{seed}/{tracking_number}").choice(ROUTES)  # noqa: S311 - nothing secret
    if stages <= 1:
        return (chosen[-1],) * stages
    last = len(chosen) - 1
    return tuple(chosen[round(index * last / (stages - 1))] for index in range(stages))
