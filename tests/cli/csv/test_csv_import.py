"""`aftership csv import`: what is sent, what is refused before, and what is reported."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.v2026_07 import AfterShip
from csv_support.imports import results, write
from tests.cli.conftest import Run, Sandbox

USPS = "9400110200881000000008"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bodies(sandbox: Sandbox) -> list[Any]:
    entries = sandbox.mock.har()["log"]["entries"]
    return [json.loads(each["request"]["postData"]["text"]) for each in entries]


UNKNOWN = "tracking_number,slug,Warehouse\nPARCEL1,usps,7\nPARCEL2,usps,7\nPARCEL3,usps,7\n"


def test_an_unknown_column_is_said_once_and_fails_no_row(call: Run, sandbox: Sandbox) -> None:
    """Rows of the module `csv` fail one by one: `create` does not know the column."""
    with AfterShip("test-key", base_url=sandbox.url) as client:
        failed = list(client.trackings.create_many(csv.DictReader(UNKNOWN.splitlines())))
    assert [(each.outcome, str(each.error).partition(" Names")[0]) for each in failed] == [
        ("failed", "create has no field Warehouse.")
    ] * 3
    write(UNKNOWN)
    result = call("csv", "import", "given.csv", "--json")
    assert (result.exit_code, json.loads(result.stdout)["created"]) == (0, 3)
    assert result.stderr.count("'Warehouse' is not sent: 2026-07 has no such field") == 1
    assert all("Warehouse" not in body for body in bodies(sandbox))


def test_outcomes_of_rows_and_their_hints(call: Run) -> None:
    write(
        "tracking_number,courier,title\n"
        f"{USPS},usps,first\n"
        'PARCEL1,usps,"two\nlines"\n'
        "PARCEL1,usps,again\n"
        "PARCEL2,no-such-courier,\n"
        "9.4E+21,usps,\n"
        ",usps,\n"
        "PARCEL3,fedx,\n"
    )
    result = call("csv", "import", "given.csv", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert {name: report[name] for name in ("rows", "created", "duplicate", "failed", "not_tried")} == {
        "rows": 7,
        "created": 2,
        "duplicate": 1,
        "failed": 4,
        "not_tried": 0,
    }
    found = results()
    assert [(each["line"], each["outcome"]) for each in found] == [
        *(("2", "created"), ("3", "created"), ("5", "duplicate")),
        *(("6", "failed"), ("7", "failed"), ("8", "failed"), ("9", "failed")),
    ]
    assert found[0]["tracking_id"]
    assert found[3]["code"] == "4010"
    assert found[3]["hint"] == "Find the slug with 'aftership couriers search NAME'."
    assert "line 7, column 1" in found[4]["message"]
    assert found[5]["hint"] == "Fill it, or remove the row."
    assert found[6]["hint"] == "Did you mean fedex? Find the slug with 'aftership couriers search NAME'."


def test_people_read_in_words_why_rows_failed(call: Run) -> None:
    write("tracking_number,courier\n,usps\n,usps\nPARCEL1,no-such-courier\n")
    shown = call("csv", "import", "given.csv").stdout
    assert "codes      2 x the row cannot be sent, 1 x code 4010\n" in shown


def test_the_same_command_again_goes_on_and_tries_corrected_rows(call: Run, sandbox: Sandbox) -> None:
    write("tracking_number,courier\nPARCEL1,usps\nPARCEL2,no-such-courier\n")
    assert call("csv", "import", "given.csv").exit_code == 1
    write("tracking_number,courier\nPARCEL1,usps\nPARCEL2,ups\nPARCEL3,ups\n")
    sandbox.mock.advance("1s")
    result = call("csv", "import", "given.csv", "--json")
    assert result.exit_code == 0
    assert [(each["outcome"], each["in_earlier_run"]) for each in results()] == [
        ("created", "yes"),
        ("created", ""),
        ("created", ""),
    ]
    # The first was sent once; the wrong second one, the right one and the third too.
    sent = sorted(body["tracking_number"] for body in bodies(sandbox))
    assert sent == ["PARCEL1", "PARCEL2", "PARCEL2", "PARCEL3"]


def test_another_account_is_another_run(run: Run, sandbox: Sandbox) -> None:
    write("tracking_number,courier\nPARCEL1,usps\n")
    for key in ("first-key", "second-key"):
        result = run("csv", "import", "given.csv", "--json", "--base-url", sandbox.url, "--api-key", key)
        assert json.loads(result.stdout)["created"] == 1
        assert results()[0]["in_earlier_run"] == ""
    # The journal stores fingerprints.
    assert b"first-key" not in Path("given.csv.journal").read_bytes()


def test_existing_trackings_are_left_alone(call: Run, sandbox: Sandbox) -> None:
    call("trackings", "create", "--tracking-number", "PARCEL1", "--slug", "usps", "--title", "mine")
    write("tracking_number,courier,title\nPARCEL1,usps,theirs\n")
    assert json.loads(call("csv", "import", "given.csv", "--json").stdout)["existing"] == 1
    listed = call("trackings", "list", "--json", "--fields", "title")
    assert json.loads(listed.stdout) == [{"title": "mine"}]


@pytest.mark.parametrize("version", documents.versions())
def test_every_version_gets_its_own_fields(version: str, call: Run, sandbox: Sandbox) -> None:
    write(
        "tracking_number,courier,email,sms,customer_name,destination_country,tracking_postal_code,order_path\n"
        'PARCEL1,usps,"a@example.com,b@example.com","+12015550123","Doe, Jane",USA,10001,https://example.com/1\n'
    )
    result = call("csv", "import", "given.csv", "--json", "--api-version", version)
    assert json.loads(result.stdout)["created"] == 1, results()
    (body,) = bodies(sandbox)
    body = body.get("tracking", body)
    if version >= "2025-01":
        assert body["customers"] == [
            {"name": "Doe, Jane", "email": "a@example.com", "phone_number": "+12015550123"},
            {"email": "b@example.com"},
        ]
    else:
        assert (body["emails"], body["smses"]) == (["a@example.com", "b@example.com"], ["+12015550123"])
        assert body["customer_name"] == "Doe, Jane"
    assert "USA" in (body.get("destination_country_region"), body.get("destination_country_iso3"))
    assert "10001" in (body.get("tracking_postal_code"), body.get("destination_postal_code"))
    assert body["order_id_path"] == "https://example.com/1"


def test_names_of_columns_are_remembered_for_the_profile(call: Run, sandbox: Sandbox) -> None:
    write("No,Order=No,Internal,courier\nPARCEL1,17,x,usps\n")
    maps = ("--map", "No=tracking_number", "--map", "Order=No=order_id", "--map", "Internal=-")
    # A dry run remembers nothing.
    assert call("csv", "import", "given.csv", *maps, "--dry-run").exit_code == 0
    assert call("csv", "import", "given.csv").exit_code == 1
    first = call("csv", "import", "given.csv", *maps)
    assert first.exit_code == 0, first.stderr
    assert "remembered for profile default" in first.stderr
    write("No,Order=No,Internal,courier\nPARCEL2,18,y,usps\n", "tomorrow.csv")
    second = call("csv", "import", "tomorrow.csv")
    assert second.exit_code == 0, second.stderr
    assert "No is tracking_number, Order=No is order_id, Internal is -" in second.stderr
    assert [body["order_id"] for body in bodies(sandbox)] == ["17", "18"]
    assert all("Internal" not in body for body in bodies(sandbox))
    # Without a meaning it is forgotten.
    write("tracking_number,Order=No\nPARCEL3,1\n", "third.csv")
    assert "is not sent" in call("csv", "import", "third.csv", "--map", "Order=No=").stderr


REFUSED = {
    "an open quote": (
        'tracking_number,courier\nPARCEL1,"usps\n',
        "line 2, column 9: the quote that begins here",
    ),
    "too many cells": ("tracking_number,courier\nPARCEL1,usps,x\n", "line 2, column 14: the row has 3 cells"),
    "no number column": ("number,courier\nPARCEL1,usps\n", "line 1, column 1: no column is called"),
    "a name twice": ("tracking_number,slug,slug\nPARCEL1,ups,ups\n", "line 1, column 22 (slug): two columns"),
    "a field twice": (
        "tracking_number,slug,courier\nPARCEL1,ups,ups\n",
        "line 1, column 22 (courier): the",
    ),
    "a NUL": ("tracking_number,courier\nPARCEL1,us\0ps\n", "line 2, column 11: there is a NUL"),
    "no rows": ("tracking_number,courier\n", "line 1, column 24: there is a header and no row"),
    "nothing": ("", "line 1, column 1: the file is empty"),
}


def test_a_file_with_another_delimiter_is_not_sent_to_map(call: Run, sandbox: Sandbox) -> None:
    write("tracking_number;courier\nPARCEL1;usps\n")
    refused = call("csv", "import", "given.csv")
    assert refused.exit_code == 1
    assert (
        "line 1, column 16: the header has no comma; its cells seem to be separated by ';'" in refused.stderr
    )
    assert "--delimiter" in refused.stderr
    assert "--map" not in refused.stderr
    assert call("csv", "import", "given.csv", "--delimiter", ";").exit_code == 0
    # One column, whose name holds such a sign, is fine.
    write("A;B\n1Z999AA10123456784\n", "second.csv")
    assert call("csv", "import", "second.csv", "--map", "A;B=tracking_number").exit_code == 0


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_before_the_first_call(name: str, call: Run, sandbox: Sandbox) -> None:
    text, words = REFUSED[name]
    # The fault is at the end: all of the file is looked through before.
    write(text)
    result = call("csv", "import", "given.csv")
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Nothing was sent." in result.stderr
    assert sandbox.mock.har()["log"]["entries"] == []
    assert [each.name for each in Path().iterdir() if each.name.startswith("given.csv.")] == []
    as_json = json.loads(call("csv", "import", "given.csv", "--json").stderr)["error"]
    assert as_json["findings"][0]["line"] >= 1


def test_an_encoding_that_is_a_guess_is_refused_until_it_is_confirmed(call: Run, sandbox: Sandbox) -> None:
    Path("given.csv").write_bytes("tracking_number,courier,title\nPARCEL1,usps,caf\xe9\n".encode("cp1252"))
    refused = call("csv", "import", "given.csv")
    assert refused.exit_code == 1
    assert "line 2, column 17" in refused.stderr
    assert "--encoding cp1252" in refused.stderr
    assert call("csv", "import", "given.csv", "--encoding", "cp1252").exit_code == 0
    assert bodies(sandbox)[0]["title"] == "caf\xe9"


def test_a_dry_run_sends_nothing_and_needs_no_key(run: Run, sandbox: Sandbox) -> None:
    write(
        "tracking_number,courier,email\n" + "".join(f"PARCEL{n},usps,a@x.de\n" for n in range(9)) + ",usps,\n"
    )
    result = run("csv", "import", "given.csv", "--dry-run", "--json", "--base-url", sandbox.url)
    assert result.exit_code == 0, result.stderr
    shown = json.loads(result.stdout)
    assert (shown["rows"], shown["rows_that_cannot_be_sent"], len(shown["first"])) == (10, 1, 3)
    assert shown["columns"]["email"] == "customers"
    assert shown["first"][0] == {
        "line": 2,
        "fields": {"tracking_number": "PARCEL0", "slug": "usps", "customers": [{"email": "a@x.de"}]},
    }
    assert "Nothing was sent." in result.stderr
    people = run("csv", "import", "given.csv", "--dry-run", "--base-url", sandbox.url)
    assert people.stdout.splitlines()[-3] == (
        'line 2: {"tracking_number": "PARCEL0", "slug": "usps", "customers": [{"email": "a@x.de"}]}'
    )
    assert sandbox.mock.har()["log"]["entries"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "order_id"), "must be NAME=MEANING"),
        (("--map", "courier=slugg"), "did you mean 'slug'"),
        (("--map", "courier=tracking_no"), "did you mean 'tracking_number'"),
        (("--map", "Courier=slug"), "did you mean 'courier'"),
        (("--map", "courier=customers"), "does not fit into a cell"),
        (("--api-version", "2023-01"), "There is no version '2023-01'"),
        (("--delimiter", "ab"), "one character"),
    ],
)
def test_wrong_options_are_refused(
    arguments: tuple[str, str], words: str, call: Run, sandbox: Sandbox
) -> None:
    write("tracking_number,courier\nPARCEL1,usps\n")
    result = call("csv", "import", "given.csv", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sandbox.mock.har()["log"]["entries"] == []


def test_a_check_knows_remembered_names(call: Run, run: Run) -> None:
    write("No,Carrier\nPARCEL1,usps\n")
    assert "no_tracking_number" in run("csv", "check", "given.csv").stdout
    maps = ("--map", "No=tracking_number", "--map", "Carrier=slug")
    assert call("csv", "import", "given.csv", *maps).exit_code == 0
    result = run("csv", "check", "given.csv")
    assert result.exit_code == 0
    assert [line.split(": ")[1] for line in result.stdout.splitlines()] == [
        "hint mapped_column (No)",
        "hint mapped_column (Carrier)",
    ]
    wrong = run("csv", "check", "given.csv", "--profile", "nobody")
    assert (wrong.exit_code, "There is no profile 'nobody'" in wrong.stderr) == (2, True)


def test_a_remembered_name_refuses_no_other_file_and_no_older_version(call: Run, sandbox: Sandbox) -> None:
    write("tracking_number,courier,Way\nPARCEL1,usps,forward\n")
    assert call("csv", "import", "given.csv", "--map", "Way=shipment_direction").exit_code == 0
    write("tracking_number,courier,Way\nPARCEL2,usps,forward\n", "second.csv")
    older = call("csv", "import", "second.csv", "--api-version", "2026-01")
    assert older.exit_code == 0, older.stderr
    assert "The column 'Way' is not sent: 2026-01 has no such field" in older.stderr
    assert ["shipment_direction" in body for body in bodies(sandbox)] == [True, False]


def test_a_wrong_key_ends_the_run_and_every_row_is_in_the_report(call: Run, sandbox: Sandbox) -> None:
    sandbox.mock.faults.add(401)
    write("tracking_number,courier\n" + "".join(f"PARCEL{number},usps\n" for number in range(100)))
    result = call("csv", "import", "given.csv", "--json", "--workers", "1")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert (report["failed"], report["unknown"], report["not_tried"]) == (1, 0, 99)
    assert [each["outcome"] for each in results()] == ["failed"] + ["not_tried"] * 99
    assert [int(each["line"]) for each in results()] == list(range(2, 102))
