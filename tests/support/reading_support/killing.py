"""Kills readers again and again while the account changes, and reports what was lost or came twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from reading_support.account import NUMBERED, Account
from reading_support.server import serve_mock

READER = Path(__file__).with_name("reader.py")
LIMIT = 5


class KillReport(NamedTuple):
    """The result of killing a reader several times."""

    killed: int
    lost: set[str]
    """Trackings whose last change never reached the consumer."""
    doubled: int
    """How often the consumer got a change that it had."""
    allowed: int
    """So many doubles are allowed: pages that were taken and not yet committed."""


def kill_readers(version: str, state: str, rounds: int, seed: int, folder: Path) -> KillReport:
    """Kill a reader `rounds` times, then let two more readers finish.

    Every second kill is aimed between two trackings of a page: the consumer has one of them, not the other.
    """
    chance = random.Random(seed)
    account = Account(version, 30)
    requests, quiet = 0, False

    def change_sometimes() -> None:
        nonlocal requests
        requests += 1
        if requests % 3 == 0 and not quiet:
            _change_something(account, chance)

    notes, killed = folder / "notes", 0
    with serve_mock(account.mock, change_sometimes) as url:

        def run(kill: int = 0, kill_after: int = 0, name: str = state, into: Path = notes) -> int:
            given = {"url": url, "version": version, "state": str(folder / name), "notes": str(into)}
            given |= {"now": account.clock.now().timestamp(), "limit": LIMIT}
            given |= {"kill": kill, "kill_after": kill_after}
            done = subprocess.run(
                [sys.executable, str(READER), json.dumps(given)], check=False, capture_output=True, text=True
            )
            if done.returncode == -signal.SIGKILL:
                return 0
            assert done.returncode == 0, done.stderr
            return int(done.stdout)

        lines = run(name=f"measure-{state}", into=folder / "measure")
        for number in range(rounds):
            if number % 2:
                killed += run(kill_after=chance.randint(1, LIMIT - 1)) == 0
            else:
                # A continued reading is shorter than a whole one, so kill it in the first half.
                killed += run(kill=chance.randint(1, max(lines // 2, 1))) == 0
            for _ in range(chance.randint(0, 3)):
                _change_something(account, chance)
        quiet = True
        run()
        assert run() > 0
    given = [tuple(json.loads(line)) for line in notes.read_text().splitlines()]
    last = dict(given)
    lost = {one for one, updated in account.everything().items() if last.get(one) != updated}
    return KillReport(killed, lost, len(given) - len(set(given)), killed * LIMIT)


def _change_something(account: Account, chance: random.Random) -> None:
    """Change, add or delete a tracking of the account."""
    known = sorted(account.everything())
    kind = chance.random()
    if kind < 0.5:
        account.change(chance.choice(known), seconds=chance.randint(1, 90))
    elif kind < 0.8 or account.version == NUMBERED or len(known) < 20:
        # With numbered pages a deletion moves other trackings to a page that was read already.
        account.add(seconds=chance.randint(1, 90))
    else:
        account.client.trackings.delete(chance.choice(known))
