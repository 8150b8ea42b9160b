"""`aftership trackings upsert|changes|export|watch`: several calls, upon the recipes of the client."""

from __future__ import annotations

import gzip
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli import results
from tests.cli.conftest import Run, Sandbox


def create(call: Run, number: str) -> str:
    made = ("--tracking-number", number, "--slug", "testing-courier", "--ndjson", "--fields", "id")
    identifier: str = json.loads(call("trackings", "create", *made).stdout)["id"]
    return identifier


@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_upsert(call: Run, version: str) -> None:
    base = ("trackings", "upsert", "--tracking-number", "ITD-20-1", "--slug", "testing-courier")
    fields = ("--ndjson", "--fields", "outcome,tracking.title", "--api-version", version)
    first = json.loads(call(*base, "--title", "one", *fields).stdout)
    assert first == {"outcome": "created", "tracking.title": "one"}
    second = json.loads(call(*base, "--title", "two", *fields).stdout)
    assert second == {"outcome": "updated", "tracking.title": "two"}
    third = json.loads(call(*base, "--title", "three", "--no-update", *fields).stdout)
    assert third == {"outcome": "existing", "tracking.title": "two"}


def test_hints_name_commands(call: Run) -> None:
    made = ("trackings", "create", "--tracking-number", "ITD-20-1", "--slug")
    identifier = json.loads(call(*made, "testing-courier", "--ndjson", "--fields", "id").stdout)["id"]
    again = call(*made, "testing-courier").stderr
    assert f"Its id is {identifier}. 'aftership trackings upsert' updates it" in again
    unknown = call(*made, "no-such-courier").stderr
    assert "'aftership couriers search NAME'" in unknown
    assert "Did you mean" not in unknown


@pytest.mark.parametrize("command", ["create", "upsert"])
def test_the_courier_that_was_meant_is_named(call: Run, command: str) -> None:
    failed = call("trackings", command, "--tracking-number", "ITD-20-1", "--slug", "Fedx")
    assert failed.exit_code == 1
    assert "Did you mean fedex? Find the slug with 'aftership couriers search NAME'." in failed.stderr


def test_the_courier_of_an_update_that_was_meant_is_named(call: Run) -> None:
    identifier = create(call, "ITD-20-1")
    error = json.loads(call("trackings", "update", identifier, "--slug", "fedx", "--json").stderr)["error"]
    assert error["hint"].startswith("Did you mean fedex? ")
    assert error["code"] == 4010


def test_changes_since_the_last_time(call: Run, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    create(call, "ITD-20-1")
    read = ("trackings", "changes", "--state", state, "--ndjson", "--fields", "tracking_number")
    assert call(*read).stdout == '{"tracking_number":"ITD-20-1"}\n'
    assert call(*read).stdout == ""
    create(call, "ITD-20-2")
    assert call(*read).stdout == '{"tracking_number":"ITD-20-2"}\n'


@pytest.mark.parametrize("output", [[], ["--json"], ["--ndjson"]])
def test_what_was_not_written_comes_again(
    call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: list[str]
) -> None:
    create(call, "ITD-20-1")
    read = ("trackings", "changes", "--state", tmp_path / "state.db", *output)

    def leave(*_: Any, **__: Any) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patched:
        patched.setattr(results.typer, "echo", leave)
        assert call(*read).exit_code == 1
    assert "ITD-20-1" in call(*read).stdout
    assert "ITD-20-1" not in call(*read).stdout


@pytest.mark.parametrize("name", ["all.ndjson", "all.ndjson.gz", "all.parquet", "all.csv", "all.xlsx"])
def test_export(call: Run, tmp_path: Path, name: str) -> None:
    create(call, "ITD-20-1")
    assert call("trackings", "export", tmp_path / name).stderr == f"1 row is in {tmp_path / name}.\n"
    create(call, "ITD-20-2")
    result = call("trackings", "export", tmp_path / name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"2 rows are in {tmp_path / name}.\n"
    if not name.startswith("all.ndjson"):
        return
    raw = (tmp_path / name).read_bytes()
    lines = (gzip.decompress(raw) if name.endswith(".gz") else raw).splitlines()
    assert {json.loads(line)["tracking_number"] for line in lines} == {"ITD-20-1", "ITD-20-2"}


def test_what_a_row_is(call: Run, tmp_path: Path) -> None:
    create(call, "ITD-20-1")
    path = tmp_path / "rows"
    columns = {
        "trackings": "id,created_at",
        "checkpoints": "tracking_id,tracking_number",
        "shipments": "id,tr",
    }
    for rows, start in columns.items():
        made = call("trackings", "export", path, "--to", "csv", "--rows", rows, "--omit", "unfit", "--json")
        assert json.loads(made.stdout) == {"file": str(path), "rows": rows, "trackings": 1}
        assert path.read_text().startswith(start)
        assert "unfit" not in path.read_text()
    people = call("trackings", "export", path, "--to", "csv", "--rows", "checkpoints")
    assert people.stderr == f"The checkpoints of 1 tracking are in {path}.\n"
    assert call("trackings", "export", path, "--to", "ndjson", "--rows", "documents").exit_code == 0
    assert json.loads(path.read_text())["tracking_number"] == "ITD-20-1"


def test_exports_that_cannot_be_written(
    call: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, code, said in (
        (("all.txt",), 2, "does not say its format"),
        (("all.csv", "--to", "tsv"), 2, "--to: must be one of csv, ndjson, parquet, xlsx"),
        (("all.csv", "--rows", "parcels"), 2, "--rows: must be one of trackings, checkpoints"),
        (("all.csv", "--rows", "documents"), 2, "only NDJSON holds documents"),
        (("all.csv", "--omit", "nothing"), 2, "there is no column nothing to leave out"),
        (("all.csv", "--fields", "id"), 2, "--fields: chooses nothing in a file"),
        (("no/all.ndjson",), 1, "cannot be written: No such file"),
    ):
        name, *options = arguments
        refused = call("trackings", "export", tmp_path / name, *options)
        assert (refused.exit_code, said in refused.stderr) == (code, True), refused.stderr
    # Nothing was sent for any of them.
    assert list(sandbox.mock.journal) == []
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    missing = call("trackings", "export", tmp_path / "all.parquet")
    assert (missing.exit_code, "aftership-tracking-client[parquet]" in missing.stderr) == (2, True)


def test_watch(call: Run, sandbox: Sandbox) -> None:
    identifier = create(call, "ITOD-3-6436426452526")
    over = call("trackings", "watch", identifier, "--timeout", "0.01", "--interval", "0.01")
    assert (over.exit_code, over.stdout) == (1, "")
    sandbox.mock.advance("2d")
    found = call("trackings", "watch", identifier, "--ndjson", "--fields", "tag")
    assert (found.exit_code, found.stdout) == (0, '{"tag":"Delivered"}\n')
    people = call("trackings", "watch", identifier, "--tag", "Delivered", "--fields", "tag")
    assert "tag  Delivered" in people.stdout
    never = call("trackings", "watch", identifier, "--tag", "Exception")
    assert never.exit_code == 1
    assert call("trackings", "watch", "none").exit_code == 4


def test_a_terminated_export_leaves_nothing(
    call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(call, "ITD-20-1")
    seen: list[str] = []

    def terminate(*_: Any) -> None:
        seen.extend(path.name for path in tmp_path.glob(".*.part"))
        signal.raise_signal(signal.SIGTERM)

    def survive(*_: Any) -> None:
        """Without a handler of the command, this process would end."""

    monkeypatch.setattr("aftership_tracking.cli.export_file.ReadCount.show", terminate)
    before = signal.signal(signal.SIGTERM, survive)
    try:
        ended = call("trackings", "export", tmp_path / "parcels.csv")
        assert signal.getsignal(signal.SIGTERM) is survive
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (ended.exit_code, len(seen)) == (143, 1)
    assert [path.name for path in tmp_path.iterdir() if "parcels" in path.name] == []
