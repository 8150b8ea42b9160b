"""The commands that are made from the documents: each does what the method of the client does."""

from __future__ import annotations

import inspect
import io
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.cli.operations import run_operation
from aftership_tracking.cli.operations.arguments import option_name
from aftership_tracking.cli.operations.commands import make_command
from aftership_tracking.cli.operations.document_operations import (
    DocumentOperation,
    read_operations,
    read_resources,
)
from aftership_tracking.cli.operations.names import method_command, resource_command
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.progress import ReadCount
from tests.cli.conftest import Run, Sandbox

EVERY = [operation for version in documents.versions() for operation in read_operations(version)]


def method_of(operation: DocumentOperation) -> Any:
    package = import_module(f"aftership_tracking.v{operation.version.replace('-', '_')}")
    client = package.AfterShip("key", limiter=None)
    return getattr(getattr(client, operation.resource), operation.method_name)


@pytest.mark.parametrize("operation", EVERY, ids=lambda each: f"{each.version} {each.call}")
def test_a_command_has_every_argument_of_its_method(operation: DocumentOperation) -> None:
    in_method = set(inspect.signature(method_of(operation)).parameters) - {"self", "options", "call"}
    in_command = {parameter.argument for parameter in operation.parameters}
    assert in_command == in_method
    names = [option for parameter in make_command(operation).params for option in parameter.opts]
    assert len(names) == len(set(names))
    taken = {option_name(parameter) for parameter in operation.parameters if parameter.location != "path"}
    assert taken <= set(names)


def test_there_are_many() -> None:
    assert len(EVERY) > 140


def test_no_two_commands_have_one_name() -> None:
    for version in documents.versions():
        resources = [resource_command(name) for name in read_resources(version)]
        assert len(resources) == len(set(resources))
        for resource in read_resources(version):
            own = [each for each in read_operations(version) if each.resource == resource]
            assert len({method_command(each.method_name) for each in own}) == len(own)


def create(call: Run, number: str = "ITD-20-1", *options: object) -> dict[str, Any]:
    result = call(
        *("trackings", "create", "--tracking-number", number, "--slug", "testing-courier", "--json", *options)
    )
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_life_of_a_tracking(call: Run) -> None:
    made = create(
        call,
        "ITD-20-1",
        *("--shipment-tags", "vip", "--shipment-tags", "a b"),
        *("--customers", '[{"name": "Ada", "role": "buyer"}]', "--set", "customers.0.email=ada@example.com"),
        *(
            "--set",
            "custom_fields.gift=yes",
            "--set",
            "order_promised_delivery_date.promised_delivery_date=2026-09-09",
        ),
    )
    assert made["shipment_tags"] == ["vip", "a b"]
    assert (made["customers"][0]["name"], made["customers"][0]["email"]) == ("Ada", "ada@example.com")
    assert made["custom_fields"] == {"gift": "yes"}
    identifier = made["id"]
    got = call("trackings", "get", identifier, "--json", "--fields", "id,customers.name,tag")
    assert json.loads(got.stdout) == {"id": identifier, "customers.name": ["Ada"], "tag": "Pending"}
    assert json.loads(call("trackings", "update", identifier, "--note", "n", "--json").stdout)["note"] == "n"
    assert call("trackings", "complete", identifier, "--reason", "DELIVERED", "--json").exit_code == 0
    assert call("trackings", "retrack", identifier).exit_code == 0
    unsure = call("trackings", "delete", identifier)
    assert (unsure.exit_code, unsure.stdout) == (2, "")
    assert "cannot be undone. Give --yes" in unsure.stderr
    assert call("trackings", "delete", identifier, "--yes").exit_code == 0
    assert call("trackings", "get", identifier).exit_code == 4


def test_last_mile_can_be_cleared(call: Run, sandbox: Sandbox) -> None:
    request = call("trackings", "update", "1", "--last-mile", "null", "--dry-run", "--json")
    assert json.loads(request.stdout)["body"] == {"last_mile": None}


def test_pages_limits_and_formats(call: Run) -> None:
    for number in range(5):
        create(call, f"ITD-20-{number}")
    some = call("trackings", "list", "--limit", "2", "--ndjson", "--fields", "tracking_number")
    assert len(some.stdout.splitlines()) == 2
    assert "There are more. For all of them: --all; to go on: --cursor " in some.stderr
    cursor = some.stderr.split("--cursor ")[1].strip().removesuffix(".")
    rest = call(
        "trackings", "list", "--cursor", cursor, "--limit", "2", "--json", "--fields", "tracking_number"
    )
    seen = {json.loads(line)["tracking_number"] for line in some.stdout.splitlines()}
    assert seen.isdisjoint(each["tracking_number"] for each in json.loads(rest.stdout))
    every = call("trackings", "list", "--all", "--json", "--fields", "tracking_number,checkpoints.0.city")
    assert len(json.loads(every.stdout)) == 5
    assert every.stderr == ""
    assert json.loads(call("trackings", "list", "--keyword", "nobody", "--json").stdout) == []
    nobody = call("trackings", "list", "--keyword", "nobody")
    assert (nobody.stdout, nobody.stderr, nobody.exit_code) == ("", "Nothing was found.\n", 0)
    table = call("trackings", "list", "--fields", "tracking_number,tag").stdout.splitlines()
    assert table[0] == "tracking_number  tag"
    assert table[1].split() == ["ITD-20-4", "Pending"] or len(table) == 6


@pytest.mark.parametrize("version", documents.versions())
def test_every_version(call: Run, version: str) -> None:
    at = ("--api-version", version)
    made = create(call, "ITD-20-1", *at)
    listed = call("trackings", "list", "--ndjson", "--fields", "id", *at)
    assert json.loads(listed.stdout) == {"id": made["id"]}


def test_help_is_that_of_the_version(run: Run) -> None:
    old = run("trackings", "create", "--api-version", "2024-01", "--help").stdout
    new = run("trackings", "create", "--help").stdout
    assert "--emails" in old
    assert "--emails" not in new
    assert "--customers" in new
    assert "get-by-number" in run("trackings", "--api-version=2024-01", "--help").stdout
    run("config", "set", "api_version", "2024-01")
    assert run("trackings", "create", "--help").stdout == old


def test_a_resource_of_old_versions(run: Run, call: Run) -> None:
    refused = run("notifications", "get", "1")
    assert refused.exit_code == 2
    assert "2026-07 has no notifications; 2024-01 to 2024-04 have it." in refused.stderr
    assert "add-by-number" in run("notifications", "--api-version", "2024-04", "--help").stdout


def test_long_and_short_names(call: Run, run: Run) -> None:
    for name in ("edd", "estimated-delivery-dates", "estimated_delivery_dates"):
        assert "predict" in run(name, "--help").stdout
    assert run("trackings", "mark-as-completed", "--help").exit_code == 0
    assert call("couriers", "list", "--fields", "slug").exit_code == 0
    detected = call("couriers", "detect", "--tracking-number", "9400110200881000000000", "--ndjson")
    assert detected.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trackings", "lst"], "2026-07 has no command 'trackings lst'; did you mean 'list'?"),
        (["trakings"], "No such command 'trakings'; did you mean 'trackings'?"),
        (["trackings", "create"], "trackings.create needs --tracking-number."),
        (["trackings", "create", "--titel", "x"], "No such option: --titel; did you mean --title?"),
        (["trackings", "list", "--fields", "idd"], "has no field 'idd' here; did you mean 'id'?"),
        (["trackings", "list", "--limit", "0"], "must be at least 1"),
        (["trackings", "list", "--limit", "5", "--all"], "give one of --limit and --all"),
        (["trackings", "list", "--slug", "a,b"], "contains a comma"),
        (["trackings", "create", "--customers", "Ada"], "must be JSON, or @FILE"),
        (
            ["trackings", "create", "--set", "custmers.0.name=A"],
            "has no field 'custmers'; did you mean 'customers'?",
        ),
        (["trackings", "create", "--set", "customers.0.nam=A"], "has no field 'customers.0.nam'."),
        (["trackings", "create", "--set", "customers.3.name=A"], "there is nothing before item 3"),
        (["trackings", "create", "--set", "customers"], "must be NAME=VALUE"),
        (["trackings", "list", "--api-version", "2026-06"], "There is no version '2026-06' (command line)"),
        (["trackings", "get", ".."], "id cannot be '..'"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    call: Run, sandbox: Sandbox, arguments: list[str], sentence: str
) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.stderr
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert len(sandbox.mock.journal) == 0


def test_a_mistake_that_the_service_may_take_is_a_remark(call: Run) -> None:
    result = call("trackings", "list", "--tag", "pending")
    assert result.stderr.startswith("Warning: tag='pending': did you mean 'Pending'?\n")


def test_json_from_a_file_and_from_standard_input(call: Run, tmp_path: Path) -> None:
    file = tmp_path / "customers.json"
    file.write_text('[{"name": "Ada"}]')
    base = ("trackings", "create", "--tracking-number", "ITD-20-1", "--dry-run", "--json")
    for value, text in ((f"@{file}", None), ("@-", '[{"name": "Ada"}]')):
        request = json.loads(call(*base, "--customers", value, text=text).stdout)
        assert request["body"]["customers"] == [{"name": "Ada"}]
    assert "cannot be read" in call(*base, "--customers", f"@{file}.no").stderr


def test_what_comes_from_outside_does_nothing_to_a_terminal(call: Run) -> None:
    made = create(call, "ITD-20-1", "--title", "\x1b[31mred\x07")
    for command in (["list"], ["get", made["id"]], ["list", "--json"], ["list", "--ndjson"]):
        assert not set(call("trackings", *command).stdout) & {"\x1b", "\x07"}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_person_confirms_what_destroys(confirmed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sys, "stderr", _Terminal())
    questions: list[str] = []
    monkeypatch.setattr(run_operation.typer, "confirm", lambda text, **_: questions.append(text) or confirmed)
    delete = next(each for each in read_operations("2026-07") if each.call == "trackings.delete")
    if confirmed:
        run_operation._ask(delete, {"id": "abc"})
    else:
        with pytest.raises(CommandError, match="Nothing was done"):
            run_operation._ask(delete, {"id": "abc"})
    assert questions == ["Delete a tracking abc? It cannot be undone"]


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, shown in ((_Terminal(), "\r100 read\r\x1b[K"), (io.StringIO(), "")):
        monkeypatch.setattr(sys, "stderr", stream)
        progress = ReadCount(beside_output=True)
        for number in range(1, 150):
            progress.show(number)
        progress.clear()
        assert stream.getvalue() == shown


@pytest.mark.parametrize("name", ["notifications", "last-checkpoints"])
def test_help_of_what_was_dropped_needs_no_version(run: Run, name: str) -> None:
    """It is that of the newest version that has it, and says so; a call says which versions have it."""
    for arguments in ((), ("--help",), ("-h",), ("get", "--help")):
        shown = run(name, *arguments)
        text = " ".join((shown.stdout + shown.stderr).split())
        assert shown.exit_code == (2 if not arguments else 0), text
        assert f"Help of API version 2024-04: 2026-07 has no {name}." in text
        assert "2024-01 to 2024-04 have it" in text
    refused = run(name, "get", "some-id")
    assert refused.exit_code == 2
    assert "2024-01 to 2024-04 have it. Run: " in refused.stderr
    explicit = run(name, "--api-version", "2026-07", "--help")
    assert explicit.exit_code == 2
    assert "Help of" not in run(name, "--api-version", "2024-01", "--help").stdout
