"""Whatever a test opens and does not close is reported, in every version of Python, and fails a test."""

from __future__ import annotations

import gc
import sqlite3
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("small_heap")


def use_and_forget(use: Callable[[sqlite3.Connection], object]) -> None:
    connection = sqlite3.connect(":memory:")
    use(connection)
    del connection
    gc.collect()


def commit(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("CREATE TABLE one (x)")


@pytest.mark.parametrize("use", [sqlite3.Connection.cursor, commit], ids=["cursor", "commit"])
def test_a_connection_that_nobody_closes_is_reported(use: Callable[[sqlite3.Connection], object]) -> None:
    with pytest.warns(ResourceWarning, match="unclosed database"):
        use_and_forget(use)


def test_a_closed_connection_is_not_reported() -> None:
    use_and_forget(lambda connection: connection.close())


def test_a_connection_that_cannot_be_opened_is_not_reported(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(tmp_path)
    gc.collect()


def test_warnings_are_errors() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    # Except those of old versions and their operations, which the tests use on purpose; the tests of these
    # warnings turn them on again.
    assert settings["filterwarnings"] == [
        "error",
        "ignore:version .* of the API was supported until",
        "ignore:[a-z-]+. Deprecated:DeprecationWarning",
    ]
