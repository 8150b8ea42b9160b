"""What the directory of couriers says about a row. All of it are hints: lists grow, and rules change."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from aftership_tracking.runtime.lazy_imports import load

if TYPE_CHECKING:
    from aftership_tracking.couriers import Courier, Directory

__all__ = ["CourierChecks"]

_FIELD_NAMES = "2024-01"
"""The version whose names of additional fields the documented columns have."""


class CourierChecks:
    """Judges couriers, each once. The directory is read when the first one is judged."""

    def __init__(self, directory: Directory | None) -> None:
        self._given = directory
        self._unknown: dict[str, str | None] = {}

    def judge(self, slug: str, number: str, filled: Set[str]) -> Iterator[tuple[str, str, str | None]]:
        """Yield name, message and hint. `filled` are the fields of the row that are not empty."""
        courier = self._directory.get(slug)
        if courier is None:
            if slug not in self._unknown:
                self._unknown[slug] = self._suggest(slug)
            many = f"{len(self._directory):,}"
            yield "unknown_courier", f"the directory of {many} couriers has no such slug", self._unknown[slug]
            return
        yield from _judge_required(courier, filled)
        fits = [match for match in self._directory.fits(number) if match.slug == slug]
        if fits and all(match.check_digit is False for match in fits):
            yield "check_digit", f"the number looks like one of {slug}, and its check digit is wrong", None

    @property
    def _directory(self) -> Directory:
        if self._given is None:
            # Imported lazily: most files of this package are read without couriers.
            load("aftership_tracking.couriers")
            from aftership_tracking import couriers

            self._given = couriers.load(version=_FIELD_NAMES)
        return self._given

    def _suggest(self, slug: str) -> str | None:
        from aftership_tracking.couriers.directory import find_meant

        found = [each.slug for each in self._directory.find(slug)[:3]]
        meant = " or ".join(found) or find_meant(self._directory, slug)
        return f"Was {meant} meant?" if meant else "If it is right, it stays: lists grow."


def _judge_required(courier: Courier, filled: Set[str]) -> Iterator[tuple[str, str, str | None]]:
    for hint in courier.hints:
        if hint.required is None:
            continue
        for name in hint.required:
            if name not in filled:
                yield (
                    "required_field",
                    f"{courier.slug} needed {name}, by a list seen {hint.source.seen}",
                    f"Fill the column {name} if that is still so.",
                )
        return
