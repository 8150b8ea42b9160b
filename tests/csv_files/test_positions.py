"""What is wrong with a file is said at its line and column, also inside of cells of several lines."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftership_tracking.csv_files.cells import Cell, Fault, Row
from aftership_tracking.csv_files.check import check_file
from aftership_tracking.csv_files.tokenizer import LONGEST_ROW, read_lines, tokenize
from csv_support.planted import LINE_ENDS, Planted, planted_files, quote
from depth import examples

TABLES = st.lists(
    st.lists(st.text(st.sampled_from('ab ,"\r\n\0\té😀'), max_size=6), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)


def items(text: str) -> list[Row | Fault]:
    return list(tokenize(read_lines(io.BytesIO(text.encode()), "utf-8")))


@settings(deadline=None, max_examples=examples(300))
@given(planted=planted_files(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_planted_fault_is_reported_at_its_exact_position(planted: Planted, encoding: str) -> None:
    found = [
        (each.line, each.column)
        for each in check_file(io.BytesIO(planted.text.encode(encoding)), encoding=None)
        if each.name == planted.name
    ]
    assert found[:1] == [planted.position]


@settings(deadline=None, max_examples=examples(200))
@given(table=TABLES, end=st.sampled_from(LINE_ENDS))
def test_what_is_written_by_rfc_4180_is_read_back(table: list[list[str]], end: str) -> None:
    text = "".join(",".join(map(quote, row)) + end for row in table)
    read = [item for item in items(text) if isinstance(item, Row)]
    assert [[cell.text for cell in row.cells] for row in read] == table
    for row in read:
        for cell in row.cells:
            # The position leads to the cell.
            assert _from(text, cell).startswith(quote(cell.text))


def _from(text: str, cell: Cell) -> str:
    lines = list(read_lines(io.BytesIO(text.encode()), "utf-8"))
    return "".join([lines[cell.line - 1][cell.column - 1 :], *lines[cell.line :]])


@settings(deadline=None, max_examples=examples(200))
@given(text=st.text(st.sampled_from('a,"\r\n\0'), max_size=30))
def test_anything_is_read_without_an_error(text: str) -> None:
    read = items(text)
    # Nothing is lost: every line is in a row, unless an open quote swallowed it.
    if not any(isinstance(item, Fault) for item in read):
        assert sum(isinstance(item, Row) for item in read) <= len(text) + 1
        assert "".join(cell.text for item in read if isinstance(item, Row) for cell in item.cells).count(
            "a"
        ) == text.count("a")


@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ('a,b\n1,"x\n', "unclosed_quote", 2, 3),
        ('a,b\n1,"x"y\n', "after_quote", 2, 6),
        ('a,b\r\n"1\r\n2"z,x\r\n', "after_quote", 3, 3),
        ('a,b\n1,x"y"\n', "quote_inside", 2, 4),
        ('a,b\n"1\n\n\0",x\n', "nul", 4, 1),
    ],
)
def test_each_fault_of_the_syntax(text: str, name: str, line: int, column: int) -> None:
    faults = [item for item in items(text) if isinstance(item, Fault)]
    assert [each[:3] for each in faults] == [(name, line, column)]


@pytest.mark.parametrize(
    ("lines", "name", "line"),
    [
        (["x" * (LONGEST_ROW + 1)], "too_long", 2),
        # An open quote takes one line after the other.
        (['"x\n', "x" * LONGEST_ROW], "unclosed_quote", 2),
    ],
)
def test_what_has_no_end_does_not_fill_the_memory(lines: list[str], name: str, line: int) -> None:
    source = iter(["a,b\n", *lines, "y"])
    (fault,) = (item for item in tokenize(source) if isinstance(item, Fault))
    assert fault == (name, line, 1, True)
    # And nothing after it is read.
    assert next(source) == "y"


def test_the_position_of_a_letter_in_a_cell_of_several_lines() -> None:
    (row,) = (item for item in items('"a""b\r\nc""d"') if isinstance(item, Row))
    (cell,) = row.cells
    assert cell.text == 'a"b\r\nc"d'
    assert [cell.position(cell.text.index(letter)) for letter in "abcd"] == [(1, 2), (1, 5), (2, 1), (2, 4)]
