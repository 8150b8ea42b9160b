"""The page of guarantees names tests that exist, and a test for every guarantee."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from fault_support.matrix import CASES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guarantees.md"
MATRIX = "tests/faults/test_fault_matrix.py::test_fault"


class Row(NamedTuple):
    """One guarantee, and the ids of its tests."""

    guarantee: str
    tests: tuple[str, ...]


def rows(page: str) -> list[Row]:
    """Return the rows of all tables, without their headings."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(guarantee, tuple(re.findall(r"`([^`]+)`", tests)))
        for guarantee, tests in cells
        if guarantee != "guarantee" and not set(guarantee) <= {"-", " "}
    ]


@cache
def names_of(path: str) -> frozenset[str]:
    """Return the names of the tests of a file; in classes as `TestClass::test_name`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, FUNCTIONS)}
        elif isinstance(node, FUNCTIONS):
            found.add(node.name)
    return frozenset(name for name in found if name.split("::")[-1].startswith("test_"))


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def find_problem(test: str) -> str | None:
    """Say what is wrong with the id of a test; None if nothing is."""
    path, _, name = test.partition("::")
    plain, _, parameter = name.partition("[")
    if not (ROOT / path).is_file():
        return f"{path} is not a file"
    if plain not in names_of(path):
        return f"{path} has no {plain}"
    if parameter and (
        f"{path}::{plain}" != MATRIX or parameter.rstrip("]") not in {case.name for case in CASES}
    ):
        return f"{plain} has no case [{parameter}"
    return None


ROWS = rows(PAGE.read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.guarantee[:60])
def test_guarantee_has_its_test(row: Row) -> None:
    assert row.tests
    assert [problem for test in row.tests if (problem := find_problem(test))] == []


def test_page_has_guarantees() -> None:
    assert len(ROWS) > 30
    assert len({row.guarantee for row in ROWS}) == len(ROWS)


def test_what_is_wrong_is_noticed() -> None:
    assert find_problem("tests/nowhere.py::test_a") == "tests/nowhere.py is not a file"
    assert find_problem(f"{MATRIX}s") is not None
    assert find_problem(f"{MATRIX}[no such fault]") is not None
    assert find_problem("tests/robustness/test_guarantees_page.py::rows") is not None
    assert rows("| guarantee | test |\n| --- | --- |\n| all is well | trust us |") == [Row("all is well", ())]
