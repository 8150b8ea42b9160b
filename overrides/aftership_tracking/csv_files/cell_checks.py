"""What is said about the content of single cells. Nothing here knows the rest of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from aftership_tracking.csv_files.columns import Column
from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.formulas import is_formula
from aftership_tracking.runtime.lazy_imports import loading

__all__ = ["Remark", "judge_cell", "split_cell"]

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_SPACE = re.compile(r"\s")
_EMAIL = re.compile(r"[^\s@,]+@[^\s@,]+")
_PHONE = re.compile(r"\+\d[\d ().-]*")
_URL = re.compile(r"https?://[^\s/]+.*", re.IGNORECASE)


class Remark(NamedTuple):
    """A finding inside of a cell."""

    name: str
    offset: int | None
    """Where in the cell; None: it is about all of it."""
    message: str
    hint: str | None = None


def judge_cell(text: str, column: Column | None) -> Iterator[Remark]:
    """What is said about a cell that is not empty. `column` is None for one that is not documented."""
    control = _CONTROL.search(text)
    if control is not None:
        yield Remark(
            "control_character", control.start(), f"the cell holds the character U+{ord(control[0]):04X}"
        )
    content = "text" if column is None else column.content
    if is_formula(text, may_be_phone=content == "phones"):
        yield Remark(
            "formula",
            None,
            f"the cell begins with {text[0]!a}: a spreadsheet may run it as a formula",
            "Put a letter before it, or leave it out.",
        )
    if content == "number":
        yield from _judge_number(text)
    elif content == "country":
        yield from _judge_country(text)
    elif content == "date":
        yield from _judge_date(text)
    elif content == "url" and not _URL.fullmatch(text):
        yield Remark("url", None, "the cell is not a URL", "Begin it with https://.")
    elif content in ("emails", "phones"):
        yield from _judge_contacts(text, "email" if content == "emails" else "phone")


def split_cell(text: str) -> Iterator[tuple[int, str]]:
    """The values of a cell that may hold several, with commas between, and their offsets. Empty ones are left
    out.
    """
    offset = 0
    for part in text.split(","):
        value = part.strip()
        if value:
            yield offset + part.index(value), value
        offset += len(part) + 1


def _judge_number(text: str) -> Iterator[Remark]:
    if _ROUNDED.fullmatch(text.strip()):
        yield Remark(
            "number_damaged",
            None,
            "a spreadsheet has rounded the tracking number: its digits are lost",
            "Export the numbers again, with the column formatted as text.",
        )
        return
    space = _SPACE.search(text)
    if space is not None:
        yield Remark("number_spaces", space.start(), "there is white space in the tracking number")


def _judge_date(text: str) -> Iterator[Remark]:
    hint = "Write it as YYYYMMDD, such as 20260131."
    if not re.fullmatch(r"[0-9]{8}", text):
        yield Remark("date", None, "the date is not written as YYYYMMDD", hint)
        return
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        yield Remark("date", None, "there is no such day", hint)


def _judge_country(text: str) -> Iterator[Remark]:
    letters = text.strip().upper()
    codes = _countries()
    if text in codes.values():
        return
    meant = letters if letters in codes.values() else codes.get(letters)
    if meant is None:
        yield Remark(
            "country", None, "the country is not one of ISO 3166-1", "Write three letters, such as USA."
        )
    else:
        yield Remark(
            "country", None, "the newest edition takes three letters by ISO 3166-1", f"Write {meant}."
        )


def _judge_contacts(text: str, name: str) -> Iterator[Remark]:
    pattern = _EMAIL if name == "email" else _PHONE
    message = (
        "it is not written as an e-mail address"
        if name == "email"
        else "the phone number does not begin with + and a country code, or holds other signs"
    )
    for offset, value in split_cell(text):
        if not pattern.fullmatch(value):
            yield Remark(name, offset, message, "More about contacts: aftership contacts check.")


@cache
def _countries() -> dict[str, str]:
    """Three letters by two letters and by English name, in upper case."""
    try:
        with loading:
            import iso3166
    except ImportError:
        raise UsageError(
            "checking countries needs the package iso3166",
            hint="python -m pip install 'aftership-tracking-client[cli]'",
        ) from None
    found = {each.alpha2: each.alpha3 for each in iso3166.countries}
    return {each.name.upper(): each.alpha3 for each in iso3166.countries} | found
