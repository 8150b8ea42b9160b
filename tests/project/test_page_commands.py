"""Every command of a page runs against a mock, and prints what the page shows; data beside it can be read.

Servers are started by a reader in another terminal. Here the mock of a page runs in this process; that the
options of each such command exist is checked without starting it.
"""

from __future__ import annotations

import configparser
import json
import re
import shlex
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import typer.main
import yaml

from aftership_tracking.cli.application import application
from aftership_tracking.cli.webhook.recording import ReceivedRequest, Recording
from aftership_tracking.mock import ManualClock, Mock, MockApp, MockOAuth
from aftership_tracking.mock.serving.start import prepare
from aftership_tracking.oauth import HmacRecipe
from aftership_tracking.testing import signed_event
from aftership_tracking.testing.mock_on_port import MockOnPort
from aftership_tracking.webhooks.inbox import SqliteInbox
from docs_support.commands import Command, read_commands, run_commands
from docs_support.loopback_only import loopback_environment
from docs_support.pages import ROOT, pages, read_blocks, read_samples
from patience import PATIENCE, wait_until

pytestmark = pytest.mark.pages

ADDRESS = "http://127.0.0.1:4010"
RECEIVER = "http://127.0.0.1:8080"
SERVICE = "https://api.aftership.com"
FEED = "https://feeds.example.com"
SECRET = "my-first-secret"
# What cannot run here, by its beginning, and who runs it instead.
CANNOT_RUN = {
    r"(python -m )?pip install|npm install": "it needs a package index: make rehearsal, make check-wheel",
    r"git checkout v": "it needs a tag and a package index: make publish-rehearsal, make reproducible",
    r"docker ": "there is no container engine: tests/mock/anywhere carries out the lines of both files",
    r"make ": "CI runs it",
    r"\.venv/bin/python -m generator": "it changes the checkout: tests/maintainer runs it in a copy",
    r"\.venv/bin/python -m tests\.interop": "it needs a package index: make interop",
    r"python -m generator export|npx |datamodel-codegen |openapi-python-client ": (
        "it needs tools of others: tests/exports/foreign/test_page.py, by make exports"
    ),
    r"schemathesis run": "it takes minutes: tests/contract/test_schemathesis_command.py",
    r"python -m examples\.partner_app": "it serves: tests/oauth/test_partner_app_command.py",
    r"MOCK=\S+ HOOK=\S+ HOOK_SECRET=\S+ sh testing-with-curl\.sh": (
        "it needs a receiver: tests/mock/control/test_control_wire.py"
    ),
    r"set -eu\naftership mock ": "it starts a mock itself: tests/testing/test_docs_testing.py",
    r"ssh-key|cat keys": "it needs an SSH server at port 22: tests/cli/csv/fetching",
    r"aftership config set csv_password": "it asks at a terminal: tests/cli/csv/fetching",
}
# Other commands that their page says are not run, as page and reason.
NOT_RUN: list[tuple[str, str]] = []
SERVES = re.compile(
    r"(?:\w+=\S+ )*(aftership mock|python -m aftership_tracking\.mock|aftership webhook listen)\b(.*)"
)


def kind(command: Command) -> str:
    """What happens to a command: `run`, `serves`, `not run` (the page says why), or a key of CANNOT_RUN."""
    for pattern in CANNOT_RUN:
        if re.match(pattern, command.text):
            return pattern
    if SERVES.fullmatch(command.text.partition("  #")[0]):
        return "serves"
    return "not run" if command.not_run else "run"


PAGES = [
    pytest.param(page, id=str(page.relative_to(ROOT)))
    for page in pages()
    if any(kind(command) == "run" for command in read_commands(page))
]


# ---- What a reader has when the commands of a page begin ---------------------------------------------------


def new_mock(page: str) -> Mock:
    tokens = None
    if page == "mock-control.md":
        app = MockApp(
            client_id="parcel-pages",
            client_secret="s",
            app_url="http://127.0.0.1:8000/install",
            redirect_uris=["http://127.0.0.1:8000/connected"],
            scopes=["aftership:tracking:read"],
            hmac=HmacRecipe(),
        )
        tokens = MockOAuth(apps=[app], merchants=["anna", "ben"])
    # Ids are the same in each run. Commands have the clock of the machine, and lists end after 120 days.
    return Mock(seed=1, clock=ManualClock(datetime.now(UTC).replace(microsecond=0)), tokens=tokens)


def write_files(commands: list[Command], folder: Path, mock: Mock, url: str) -> None:
    page = Path(commands[0].page).name
    for command in commands:
        # What the page shows of a file is the file.
        if (shown := re.fullmatch(r"cat ([\w-]+\.csv)", command.text)) and command.shown:
            (folder / shown[1]).write_text("\n".join(command.shown) + "\n", "utf-8")
    if page == "mock.md":
        (folder / "examples").symlink_to(ROOT / "examples")
    if page == "samples.md":
        (folder / "sample.py").write_text(
            "from aftership_tracking import AfterShip\nAfterShip().couriers.list()\n"
        )
    if page == "testing.md":
        # As if a program had called the service.
        httpx.get(
            f"{url}/tracking/2026-07/trackings", headers={"as-api-key": "any-key"}, timeout=PATIENCE
        ).raise_for_status()
        (folder / "calls.har").write_text(json.dumps(mock.har()).replace(url, SERVICE), "utf-8")
    if page == "webhooks.md":
        event = signed_event(secret=SECRET)
        (folder / "headers.txt").write_text(
            "".join(f"{name}: {value}\n" for name, value in event.headers.items())
        )
        (folder / "body.bin").write_bytes(event.body)
        recording = Recording(folder / "deliveries.ndjson")
        recording.add(ReceivedRequest(datetime.now(UTC), "POST", "/", event.pairs, event.body))
        recording.close()
    if page == "webhook-inbox.md":
        inbox = SqliteInbox(folder / "inbox.db")
        for serial in range(1, 18):
            event = signed_event(serial=serial, secret=SECRET)
            inbox.put(event.body, list(event.headers.items()))
        for entry in inbox.take(most=17, lease=60):
            inbox.bury(entry, error="planned")
        inbox.close()


@contextmanager
def feed(folder: Path) -> Iterator[str]:
    """A server of files, on loopback, where plain HTTP is allowed."""
    folder.mkdir()
    (folder / "shipments.csv").write_text("tracking_number\n".ljust(48_111, "1") + "\n")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def receiver(folder: Path) -> Iterator[str]:
    """The program of the first sample of docs/webhooks.md, on a free port."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    code = read_samples(ROOT / "docs" / "webhooks.md")[0].code
    assert "8080" in code
    (folder / "receiver.py").write_text(code.replace("8080", str(port)))
    variables = loopback_environment(folder, AFTERSHIP_WEBHOOK_SECRET=SECRET, PYTHONUNBUFFERED="1")
    with (
        (folder / "printed").open("wb") as printed,
        subprocess.Popen(
            [sys.executable, "receiver.py"],
            cwd=folder,
            env=variables,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as process,
    ):

        def listens() -> bool:
            assert process.poll() is None, (folder / "printed").read_text()
            with socket.socket() as client:
                return client.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens, "the receiver listens")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


# ---- The commands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    commands = [command for command in read_commands(page) if kind(command) == "run"]
    text = "\n".join(command.text for command in commands)
    mock = new_mock(page.name)
    (tmp_path / "work").mkdir()
    with ExitStack() as stack:
        url = stack.enter_context(MockOnPort(mock)).url
        write_files(commands, tmp_path / "work", mock, url)
        replaced = {ADDRESS: url}
        if FEED in text:
            replaced[FEED] = stack.enter_context(feed(tmp_path / "feed"))
        if RECEIVER in text:
            replaced[RECEIVER] = stack.enter_context(receiver(tmp_path / "receiver"))
        variables = {"AFTERSHIP_BASE_URL": url, "AFTERSHIP_WEBHOOK_SECRET": SECRET}
        # This page shows what happens without a key.
        if page.name != "mcp.md":
            variables["AFTERSHIP_API_KEY"] = "any-key"
        wrong = run_commands(commands, tmp_path, replaced, **variables)
    assert wrong == [], "\n\n".join(wrong)
    if RECEIVER in text:
        assert re.search(r"^delivered: ZX900100200US ", (tmp_path / "receiver" / "printed").read_text(), re.M)


def test_a_command_that_does_something_else_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ echo one\none\n$ echo two\nthr...\n$ false\n$ echo $?\n1\n"
        "$ AFTERSHIP_BASE_URL=https://api.example.com aftership ping > log 2>&1\n...\n"
        "$ curl -sS --max-time 5 http://example.com\n$ exit 0\n```\n\n```sh\necho never\n```\n"
    )
    wrong = run_commands(read_commands(page), tmp_path, {}, AFTERSHIP_API_KEY="any-key")
    assert [each.splitlines()[0].partition(" after ")[0] for each in wrong] == [
        "it tried to reach api.example.com",
        "the shell ended early:",
        "page.md:4: $ echo two",
        "page.md:6: $ false",
        "page.md:9: $ AFTERSHIP_BASE_URL=https://api.example.com aftership ping > log 2>&1",
        "page.md:11: $ curl -sS --max-time 5 http://example.com",
    ]
    page.write_text("```console\necho one\n```\n")
    with pytest.raises(ValueError, match=r"page.md:2: a console block begins with a command"):
        read_commands(page)


def test_what_cannot_run_is_still_on_a_page() -> None:
    commands = [command for page in pages() for command in read_commands(page)]
    kinds = [kind(command) for command in commands]
    assert kinds.count("run") >= 75
    assert {pattern for pattern in CANNOT_RUN if pattern not in kinds} == set()
    marked = [(each.page, each.not_run) for each in commands if kind(each) == "not run"]
    assert marked == NOT_RUN
    for reason in CANNOT_RUN.values():
        for path in re.findall(r"tests/[\w/.]+", reason):
            assert (ROOT / path).exists(), path


def check_options(words: list[str]) -> None:
    """Raise UsageError if `aftership` does not take these words. Nothing is started."""
    command = typer.main.get_command(application)
    context = command.make_context("aftership", list(words), resilient_parsing=False)
    while isinstance(command, typer.core.TyperGroup):
        name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)


def test_servers_take_their_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "onward").write_text("another-secret")
    (tmp_path / "deliveries.ndjson").touch()
    found = set()
    for page in pages():
        for command in read_commands(page):
            serves = SERVES.fullmatch(command.text.partition("  #")[0])
            if serves is None:
                continue
            name = "mock" if "mock" in serves[1] else "webhook listen"
            found.add((name, serves[2].strip()))
    assert len(found) >= 8
    for name, options in sorted(found):
        check_options([*name.split(), *shlex.split(options)])
    with pytest.raises(Exception, match="--sped"):
        check_options(["mock", "--sped", "60"])


# ---- Data beside the commands ------------------------------------------------------------------------------


READERS = {"json": json.loads, "toml": tomllib.loads, "yaml": lambda text: list(yaml.safe_load_all(text))}


def unreadable(page: Path) -> list[str]:
    """The blocks of data of a page that are not what they say they are."""
    wrong = []
    for block in read_blocks(page):
        try:
            READERS.get(block.language, str)(block.code)
        except (ValueError, yaml.YAMLError):
            wrong.append(f"{block.page}:{block.line}")
    return wrong


def test_blocks_of_data_can_be_read(tmp_path: Path) -> None:
    """Those that commands take are read as such too: see `test_files_of_pages_are_taken`."""
    assert [block for page in pages() for block in unreadable(page)] == []
    assert sum(block.language in READERS for page in pages() for block in read_blocks(page)) >= 45
    page = tmp_path / "page.md"
    page.write_text(
        "```json\n{'a': 1}\n```\n\n```toml\na = b\n```\n\n```yaml\na: [\n```\n\n```json\n{}\n```\n"
    )
    assert unreadable(page) == ["page.md:1", "page.md:5", "page.md:9"]


def blocks(page: str, language: str) -> list[str]:
    return [block.code for block in read_blocks(ROOT / page) if block.language == language]


def test_files_of_pages_are_taken(tmp_path: Path) -> None:
    """Those of docs/oauth.md, docs/mcp.md and docs/new-version.md have tests beside what they are about."""
    lives, config = tmp_path / "lives.toml", tmp_path / "mock.toml"
    [text] = blocks("docs/mock.md", "toml")
    lives.write_text(text, "utf-8")
    mock = Mock(lifecycle=lives)
    [text] = blocks("docs/mock-control.md", "toml")
    config.write_text(text, "utf-8")
    prepare(mock, None, config)
    assert [account.parcels for account in mock.parcels.accounts()] == [450]
    [text] = blocks("docs/mock-control.md", "json")
    with MockOnPort(mock) as served:
        verified = httpx.post(f"{served.url}/_mock/verify", json=json.loads(text), timeout=PATIENCE)
    assert verified.status_code == 409, "nothing was requested"
    assert "order-7" in verified.text

    text, _ = blocks("docs/mock-anywhere.md", "yaml")  # the other one needs no action
    [step] = [step for step in yaml.safe_load(text)["steps"] if "aftership" in step.get("uses", "")]
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert step["with"].keys() <= action["inputs"].keys()
    check_options(["mock", *shlex.split(step["with"]["options"])])
    assert set(re.findall(r"steps\.aftership\.outputs\.(\w+)", text)) <= action["outputs"].keys()

    service, timer = (configparser.ConfigParser(strict=False) for _ in range(2))
    for parser, text in zip((service, timer), blocks("docs/csv-fetch.md", "ini"), strict=True):
        parser.read_string(text)
    commands = re.findall(
        r"^ExecStart=\S+/aftership (.*)$", "".join(blocks("docs/csv-fetch.md", "ini")), re.M
    )
    assert len(commands) == 2
    (tmp_path / "shipments.csv").touch()
    for command in commands:
        check_options(shlex.split(command.replace("shipments.csv", str(tmp_path / "shipments.csv"))))
