"""Files with one planted fault, and its position, found by counting in the whole text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st

HEADER = ("tracking_number", "email", "title", "destination_country", "tracking_ship_date")
LINE_ENDS = ("\r\n", "\n", "\r")
# With what is written twice, what needs quotes, and letters of two and four bytes.
TITLES = st.text(st.sampled_from('ab ,"\r\n\té😀'), max_size=12)


@dataclass(frozen=True)
class Planted:
    """A file, and what has to be found in it."""

    text: str
    name: str
    offset: int

    @property
    def position(self) -> tuple[int, int]:
        lines = re.split("\r\n|\r|\n", self.text[: self.offset])
        return len(lines), len(lines[-1]) + 1


def quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def needs_quotes(cell: str) -> bool:
    return any(sign in cell for sign in '",\r\n')


@st.composite
def planted_files(draw: st.DrawFn) -> Planted:
    """A file of some rows, with one fault anywhere."""
    end = draw(st.sampled_from(LINE_ENDS))
    count = draw(st.integers(1, 4))
    fault = draw(st.sampled_from(sorted(FAULTS)))
    # What is never closed swallows the rest, so it is in the last row.
    at = count - 1 if fault == "unclosed_quote" else draw(st.integers(0, count - 1))
    text = ",".join(HEADER) + end
    offset = -1
    for number in range(count):
        cells = [f"N{number}", "a@x.de", draw(TITLES), "DEU", "20260131"]
        encoded = [quote(cell) if needs_quotes(cell) or draw(st.booleans()) else cell for cell in cells]
        if number == at:
            row, inside = FAULTS[fault](draw, encoded)
            offset = len(text) + inside
        else:
            row = ",".join(encoded)
        text += row
        if number < count - 1 or fault == "unclosed_quote" or draw(st.booleans()):
            text += end
    return Planted(text, fault.partition(" ")[0], offset)


def _start(encoded: list[str], index: int) -> int:
    return sum(len(cell) + 1 for cell in encoded[:index])


def _replace(encoded: list[str], index: int, cell: str, inside: int) -> tuple[str, int]:
    changed = [*encoded[:index], cell, *encoded[index + 1 :]]
    return ",".join(changed), _start(encoded, index) + inside


def _in_title(draw: st.DrawFn, sign: str) -> tuple[str, int]:
    before, after = draw(TITLES), draw(TITLES)
    cell = quote(before + sign + after)
    return cell, 1 + len(before) + before.count('"')


def _nul(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 2, *_in_title(draw, "\0"))


def _control(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 2, *_in_title(draw, "\x07"))


def _quote_inside(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 2, 'a"b', 1)


def _after_quote(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    cell = quote(draw(TITLES))
    return _replace(encoded, 2, f"{cell}x", len(cell))


def _unclosed(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    rest = draw(st.text(st.sampled_from("ab,\r\n"), max_size=9))
    return _replace(encoded, len(encoded) - 1, f'"{rest}', 0)


def _surplus(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return ",".join([*encoded, draw(st.sampled_from(["", "z", '"z"'])), "y"]), _start(encoded, len(encoded))


def _missing(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    row = ",".join(encoded[: draw(st.integers(2, 4))])
    return row, len(row)


def _email(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    before = draw(st.sampled_from(["", "b@x.de,", "b@x.de,\r\n ", "b@x.de,\n\n"]))
    return _replace(encoded, 1, quote(f"{before}nobody,c@x.de"), 1 + len(before))


def _country(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 3, draw(st.sampled_from(["DE", "Germany", '"XXX"', "deu"])), 0)


def _date(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 4, draw(st.sampled_from(["20260231", "2026-01-31", '"31.1."'])), 0)


def _number(draw: st.DrawFn, encoded: list[str]) -> tuple[str, int]:
    return _replace(encoded, 0, draw(st.sampled_from(["9.4E+21", '"1E10"'])), 0)


FAULTS = {
    "nul": _nul,
    "control_character": _control,
    "quote_inside": _quote_inside,
    "after_quote": _after_quote,
    "unclosed_quote": _unclosed,
    "column_count surplus": _surplus,
    "column_count missing": _missing,
    "email": _email,
    "country": _country,
    "date": _date,
    "number_damaged": _number,
}
