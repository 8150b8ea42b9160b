"""Whether domains take mail, by a name server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest

from aftership_tracking.contacts import MailDomains
from aftership_tracking.errors import UsageError
from contacts_support.name_server import NameServer, serve
from patience import PATIENCE

LONG = 60.0
"""Seconds for a question whose response comes at once."""


@pytest.fixture(scope="module")
def server() -> Iterator[NameServer]:
    with serve() as served:
        yield served


@pytest.mark.parametrize(
    ("domain", "state"),
    [
        ("mail.example.com", "accepts"),
        # Without an MX record, mail goes to the address of the domain (RFC 5321), unless nobody can reach it.
        ("address.example.com", "accepts"),
        ("inside.example.com", "no_mail"),
        # RFC 7505: it says that it takes no mail.
        ("null.example.com", "no_mail"),
        ("text.example.com", "no_mail"),
        ("never.example.com", "no_mail"),
        ("nowhere.example.com", "no_domain"),
        ("broken.example.com", "unknown"),
        ("xn--bcher-kva.example.com", "accepts"),
        # Not a name that a question can hold.
        (f"{'a' * 64}.example.com", "unknown"),
        ("a..example.com", "unknown"),
    ],
)
def test_states(server: NameServer, domain: str, state: str) -> None:
    assert MailDomains(server=server.address, timeout=LONG).look_up([domain]) == {domain: state}


def test_a_server_that_is_silent_is_not_waited_for(server: NameServer) -> None:
    domains = MailDomains(server=server.address, timeout=0.05)
    assert domains.look_up(["silent.example.com"]) == {"silent.example.com": "unknown"}
    # What stayed unknown is looked up again.
    before = server.questions["silent.example.com", "MX"]
    domains.look_up(["silent.example.com"])
    assert server.questions["silent.example.com", "MX"] > before


def test_each_domain_is_looked_up_once(server: NameServer) -> None:
    server.questions.clear()
    domains = MailDomains(server=server.address, timeout=LONG)
    for _ in range(3):
        found = domains.look_up(["mail.example.com", "nowhere.example.com", "mail.example.com"])
    assert found == {"mail.example.com": "accepts", "nowhere.example.com": "no_domain"}
    assert server.questions == {("mail.example.com", "MX"): 1, ("nowhere.example.com", "MX"): 1}


def test_the_oldest_is_forgotten_first(server: NameServer) -> None:
    server.questions.clear()
    domains = MailDomains(server=server.address, timeout=LONG, most_remembered=1)
    for domain in ("mail.example.com", "null.example.com", "mail.example.com"):
        domains.look_up([domain])
    assert server.questions["mail.example.com", "MX"] == 2


def test_many_domains_need_no_more_threads_than_allowed(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sizes = []

    class Counted(ThreadPoolExecutor):
        def __init__(self, workers: int) -> None:
            sizes.append(workers)
            super().__init__(workers)

    monkeypatch.setattr("aftership_tracking.contacts.mail_domains.ThreadPoolExecutor", Counted)
    names = [f"nowhere{number}.example.com" for number in range(50)]
    found = MailDomains(server=server.address, timeout=LONG, workers=3).look_up(iter(names))
    assert found == dict.fromkeys(names, "no_domain")
    assert sizes == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"timeout": 0}, {"timeout": float("nan")}, {"workers": 0}, {"workers": 65}, {"most_remembered": 0}),
        *({"server": each} for each in ("localhost", "127.0.0.1:", "127.0.0.1:99999", "[::1", "::1:", "")),
    ],
)
def test_a_value_that_cannot_work_is_refused(wrong: dict[str, float | str]) -> None:
    with pytest.raises(UsageError, match="must be"):
        MailDomains(**wrong)


@pytest.mark.parametrize("server", ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]", "[::1]:5353"])
def test_servers(server: str) -> None:
    assert MailDomains(server=server)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_looks_up_too(server: NameServer, backend: str) -> None:
    server.questions.clear()
    domains = MailDomains(server=server.address, timeout=LONG, workers=2)
    names = ["mail.example.com", "nowhere.example.com", "null.example.com", "mail.example.com"]

    async def main() -> None:
        for _ in range(2):
            found = await domains.look_up_async(iter(names))
            assert found == {
                "mail.example.com": "accepts",
                "nowhere.example.com": "no_domain",
                "null.example.com": "no_mail",
            }

    anyio.run(main, backend=backend)
    # Remembered, for both ways.
    assert domains.look_up(["mail.example.com"]) == {"mail.example.com": "accepts"}
    assert server.questions["mail.example.com", "MX"] == 1


def test_a_cancelled_look_up_does_not_wait(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    domains = MailDomains(server=server.address, timeout=PATIENCE)
    ask, ended = domains._ask, []

    def recorded(domain: str) -> str:
        state = ask(domain)
        ended.append(domain)
        return state

    monkeypatch.setattr(domains, "_ask", recorded)

    async def main() -> None:
        server.questions.clear()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(domains.look_up_async, ["silent.example.com"])
            with anyio.fail_after(PATIENCE):
                while not server.questions["silent.example.com", "MX"]:
                    await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        # The question is under way still.
        assert ended == []

    anyio.run(main)
