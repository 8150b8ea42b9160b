"""Forms of tracking numbers, with their check digits.

Nothing here comes from AfterShip, whose patterns are not public. A number that fits may belong to another
courier, and most couriers' forms are not known: only the API detects couriers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.couriers.check_digits import fits_check

__all__ = ["FormatMatch", "NumberFormat", "normalize_number", "read_formats"]

NOT_DOCUMENTED = "not documented"


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberFormat:
    """A form of tracking numbers."""

    slugs: tuple[str, ...]
    """The couriers that it belongs to. The mapping is ours."""
    form: str
    """The form in words."""
    pattern: str
    """A regular expression for the whole number, in capital letters and without spaces."""
    check: str
    """How its check digit is made, in words; `none` if it has none, `not documented` if that is not known."""
    example: str | None = None
    """A made-up number with a correct check digit."""
    confidence: str
    """`inferred` (our pattern, after public descriptions) or `documented`."""
    rule: Mapping[str, Any] | None = field(default=None, repr=False)
    """The data of a check digit that `fits_check_digit` computes."""

    def fits(self, number: str) -> bool:
        """Return whether a number has this form. Its check digit does not matter."""
        return re.fullmatch(self.pattern, normalize_number(number)) is not None

    def fits_check_digit(self, number: str) -> bool | None:
        """Return whether the check digit of a number of this form is right. None: that cannot be said,
        because the form has none or its rule is not known well enough.
        """
        number = normalize_number(number)
        if self.rule is None or re.fullmatch(self.pattern, number) is None:
            return None
        return fits_check(number, self.rule)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormatMatch:
    """A form that a number has."""

    slug: str
    """A courier that it belongs to."""
    check_digit: bool | None
    """Whether the check digit is right. False: the number may be mistyped, or is that of another courier.
    None: that cannot be said.
    """
    format: NumberFormat


def normalize_number(number: str) -> str:
    """Write a number as the patterns have it."""
    return re.sub(r"\s", "", number).upper()


def read_formats(detection: Mapping[str, Any]) -> Iterator[NumberFormat]:
    """Read the forms of the data file."""
    for entry in detection["formats"]:
        yield _format((entry["slug"],), entry)
    for country, slug in detection["s10"]["countries"].items():
        entry = detection["s10"]
        form = f"{entry['form']}: {country}"
        pattern = entry["pattern"].replace("[A-Z]{2}$", f"{country}$")
        example = entry["example"] if entry["example"].endswith(country) else None
        yield _format((slug,), {**entry, "form": form, "pattern": pattern, "example": example})
    for entry in detection["recorded"]:
        yield _format(tuple(entry["couriers"]), entry)
    testing = detection["testing-courier"]
    form = "steps, minutes, digits: a test number"
    yield _format((testing["slug"],), {**testing, "form": form, "example": testing["examples"][0]})


def _format(slugs: tuple[str, ...], entry: Mapping[str, Any]) -> NumberFormat:
    check = entry.get("check", {"text": NOT_DOCUMENTED})
    return NumberFormat(
        slugs=slugs,
        form=entry["form"],
        pattern=entry["pattern"],
        check=check["text"],
        example=entry.get("example"),
        confidence=entry["provenance"],
        rule=check if "rule" in check else None,
    )
