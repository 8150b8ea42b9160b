"""Every help page, and what the commands print for people, as files to review.

After a change that is meant: UPDATE_SNAPSHOTS=1 python -m pytest tests/cli/test_snapshots.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli.application import application
from tests.cli.conftest import Run, Sandbox, serve

FOLDER = Path(__file__).parent / "snapshots"
OLDEST = "2024-01"
# What differs from run to run.
_VOLATILE = ("milliseconds", "trace_id", "limit_reset", "base_url")


def compare(name: str, text: str) -> None:
    file = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.exists(), f"there is no snapshot {file.name}: set UPDATE_SNAPSHOTS=1"
    assert text == file.read_text("utf-8")


def _root() -> Any:
    import typer

    return typer.main.get_command(application)


def _context(command: Any, parent: Any = None) -> Any:
    return command.make_context(command.name, [], parent=parent, resilient_parsing=True)


def pages(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The command of a path, and every command below it."""
    command, context = _root(), _context(_root())
    for name in path:
        command = command.get_command(context, name)
        context = _context(command, context)
    yield path
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from pages((*path, name))


TOP = _root().list_commands(_context(_root()))


def transcript(run: Run, path: tuple[str, ...], *options: str) -> str:
    blocks = []
    for page in pages(path):
        result = run(*page, *options, "--help")
        assert result.exit_code == 0, result.stderr
        blocks.append(f"$ {' '.join(['aftership', *page, *options])} --help\n{result.stdout}")
    return "\n\n".join(blocks)


def test_the_first_page(run: Run) -> None:
    compare("help", f"$ aftership\n{run().stdout}\n$ aftership --help\n{run('--help').stdout}")


@pytest.mark.parametrize("name", [name for name in TOP if name not in ("notifications", "last-checkpoints")])
def test_help_pages(run: Run, name: str) -> None:
    compare(f"help-{name}", transcript(run, (name,)))


@pytest.mark.parametrize("name", ["notifications", "last-checkpoints"])
def test_help_pages_of_what_later_versions_dropped(run: Run, name: str) -> None:
    shown = run(name, "--api-version", OLDEST, "--help")
    assert shown.exit_code == 0
    commands = shown.stdout.partition("Commands:\n")[2]
    names = [line.split()[0] for line in commands.splitlines() if line.startswith("  ") and line[2] != " "]
    assert names
    blocks = [run(name, each, "--api-version", OLDEST, "--help").stdout for each in names]
    compare(f"help-{name}", "\n\n".join([shown.stdout, *blocks]))


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """A mock of its own: other tests move the clock of theirs."""
    with serve() as sandbox:
        yield sandbox


def test_what_people_see(call: Run, run: Run, sandbox: Sandbox) -> None:
    blocks = []

    def show(*arguments: str, line: str = "") -> str:
        result = (run if arguments[0] == "explain" else call)(*arguments)
        lines = [each for each in result.stdout.splitlines() if each.split(" ")[0] not in _VOLATILE]
        printed = "\n".join([line or f"$ aftership {' '.join(arguments)}", *lines])
        errors = "".join(f"\n(stderr) {each}" for each in result.stderr.splitlines())
        blocks.append(f"{printed}{errors}\n(exit code {result.exit_code})\n")
        return result.stdout

    made = ("trackings", "create", "--tracking-number", "ITOD-3-6436426452526", "--slug", "testing-courier")
    first = show(*made, "--set", "customers.0.name=Ada Example", "--shipment-tags", "vip")
    identifier = next(line.split()[1] for line in first.splitlines() if line.startswith("id "))
    sandbox.mock.advance("2d")
    show("trackings", "list")
    show("trackings", "list", "--fields", "tracking_number,tag,checkpoints.city")
    show("trackings", "get", identifier, line="$ aftership trackings get ID")
    show("trackings", "list", "--keyword", "nobody")
    show("trackings", "delete", identifier, line="$ aftership trackings delete ID")
    show("couriers", "detect", "--tracking-number", "9400110200881000000000")
    show("ping")
    show("api", "GET", "/trackings", "-q", "limit=1", "--fields", "data.trackings.tag,meta")
    show("explain", "4004")
    show("explain", "trackings.retrack")
    show("trackings", "create", "--titel", "x")
    compare("output", "\n".join(blocks).replace(identifier, "ID"))
