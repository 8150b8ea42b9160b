"""What every command promises: exit codes, one sentence on standard error, and nothing but data on standard
output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from aftership_tracking import errors
from aftership_tracking.cli import exit_codes
from aftership_tracking.cli.application import Root, Webhook
from aftership_tracking.cli.command_tree import load
from aftership_tracking.cli.failures import describe
from aftership_tracking.cli.field_paths import find
from patience import PATIENCE
from tests.cli.conftest import Run, Sandbox

COMMAND = [sys.executable, "-m", "aftership_tracking.cli"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.AuthenticationError("no", status=401), exit_codes.AUTH),
        (errors.PermissionDeniedError("no", status=403), exit_codes.AUTH),
        (errors.NotFoundError("no", status=404), exit_codes.NOT_FOUND),
        (errors.RateLimitError("no", status=429), exit_codes.LIMITED),
        (errors.ServerError("no", status=503), exit_codes.SERVICE),
        (errors.ConnectError("no"), exit_codes.SERVICE),
        (errors.TimeoutError("no"), exit_codes.SERVICE),
        (errors.DecodeError("no"), exit_codes.SERVICE),
        (errors.UsageError("no"), exit_codes.USAGE),
        (errors.ValidationError("no", status=400, code=4005), exit_codes.FAILED),
        (errors.AlreadyExistsError("no", status=400, code=4003), exit_codes.FAILED),
        (errors.StorageError("no"), exit_codes.FAILED),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int) -> None:
    described = describe(error)
    assert described is not None
    assert described.code == code


def test_a_fault_of_the_program_is_not_hidden() -> None:
    assert describe(RuntimeError("a fault")) is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["wbhook"], "No such command 'wbhook'; did you mean 'webhook'? Try 'aftership --help'."),
        (
            ["webhook", "veryfy"],
            "No such command 'veryfy'; did you mean 'verify'? Try 'aftership webhook --help'.",
        ),
        (
            ["api", "--paginat"],
            "No such option: --paginat; did you mean --paginate? Try 'aftership api --help'.",
        ),
        (
            ["mock", "--port", "x"],
            "Invalid value for '--port': 'x' is not a valid int range. Try 'aftership mock --help'.",
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence(run: Run, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (exit_codes.USAGE, "")
    assert result.stderr.splitlines() == [sentence]


def test_errors_of_the_api_say_code_and_hint(call: Run) -> None:
    result = call("api", "GET", "/trackings/none")
    assert (result.exit_code, result.stdout) == (exit_codes.NOT_FOUND, "")
    assert "404, code 4004: There is no such tracking." in result.stderr
    assert result.stderr.endswith("Check the id; a deleted tracking, or one older than 120 days, is gone.\n")
    assert result.stderr.count("Check the id") == 1


@pytest.mark.parametrize("option", ["--json", "--ndjson"])
def test_errors_are_json_too(call: Run, run: Run, option: str) -> None:
    result = call("api", "GET", "/trackings/none", option)
    assert result.stdout == ""
    found = json.loads(result.stderr)["error"]
    assert (found["kind"], found["exit_code"], found["code"], found["status"]) == ("not_found", 4, 4004, 404)
    assert found["trace_id"]
    wrong = json.loads(run("api", "--no-such", option).stderr)["error"]
    assert (wrong["kind"], wrong["exit_code"]) == ("usage", 2)


def test_no_service_is_six(run: Run) -> None:
    result = run("api", "GET", "/couriers", "--base-url", "http://127.0.0.1:9", "--api-key", "k")
    assert result.exit_code == exit_codes.SERVICE
    assert result.stdout == ""


def test_a_wrong_key_is_three(run: Run, sandbox: Sandbox) -> None:
    sandbox.mock.faults.add(status=401, code=401, times=1)
    result = run("api", "GET", "/couriers", "--base-url", sandbox.url, "--api-key", "k")
    assert result.exit_code == exit_codes.AUTH


def test_alone_it_says_what_to_do_next(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    assert "aftership config set api_key" in result.stdout
    assert "aftership mock" in result.stdout


def test_the_short_help_option(run: Run) -> None:
    for group in ([], ["webhook"], ["webhook", "inbox"], ["config", "set"], ["api"]):
        assert run(*group, "-h").stdout == run(*group, "--help").stdout


ENTRIES = {
    f"{prefix}{name}": entry
    for prefix, group in (("", Root), ("webhook ", Webhook))
    for section in group.sections.values()
    for name, entry in section.items()
}


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_can_be_loaded(name: str) -> None:
    assert load(name, ENTRIES[name]).help
    assert ENTRIES[name].help.endswith(".")


def test_a_reader_that_leaves_is_not_reported() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [*COMMAND, "--help"], stdout=nobody, stderr=subprocess.PIPE, text=True, timeout=PATIENCE
        )
    assert (done.returncode, done.stderr) == (exit_codes.FAILED, "")


def test_ctrl_c_is_130() -> None:
    code = (
        "import os, signal; from aftership_tracking.cli.settings import command; "
        "command._read_secret = lambda name: os.kill(os.getpid(), signal.SIGINT); "
        "from aftership_tracking.cli import main; main(['config', 'set', 'api_key'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (exit_codes.INTERRUPTED, "", "")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [{"c": 1}, {"c": 2}]}),
        ("a.b.c", [1, 2]),
        ("a.b.-1.c", 2),
        ("a.b.7.c", None),
        ("x.y", None),
        ("a.b.c.d", [None, None]),
    ],
)
def test_paths_of_fields(path: str, value: object) -> None:
    assert find({"a": {"b": [{"c": 1}, {"c": 2}]}}, path) == value
