"""How much memory the merchants of a partner app take, each with a client and its tokens, beside an
`httpx.Client` for each: of whole processes, because certificates are not in Python's memory.

    python -m benchmarks.tenants
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from aftership_tracking import AfterShip
from aftership_tracking.oauth import MemoryTokenStore, OAuthApp, Tenants, Tokens
from aftership_tracking.runtime.auth.tokens import dump_tokens, load_tokens
from benchmarks.figure import Figure

NUMBERS = {"tenants": 10_000, "httpx": 200}
"""Each `httpx.Client` reads the certificates again, so a few are enough."""


def kilobytes_each(make: Callable[[int], Any], number: int) -> float:
    """How much this process grows for each of so many objects."""
    held = [make(index) for index in range(100)]
    before = _kilobytes()
    held += [make(index) for index in range(100, 100 + number)]
    return (_kilobytes() - before) / number


def _kilobytes() -> float:
    """What this process holds in memory. The peak would not do: Linux begins it with that of the parent."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024


class _Store(MemoryTokenStore):
    """Makes new tokens each time, as a store in a file does. They are as long as tokens of this kind are."""

    def get(self, merchant: str) -> Tokens | None:
        text = f"{merchant:0>500}"
        return load_tokens(dump_tokens(Tokens(access_token=text, refresh_token=text, expires_at=4e9)))


def measure_tenants() -> float:
    app = OAuthApp("app", "secret", token_url="https://accounts.example/token")
    transport = httpx.MockTransport(lambda request: httpx.Response(500, request=request))
    with Tenants(app, _Store(), AfterShip, http_client=transport) as tenants:

        def connect(index: int) -> AfterShip:
            client = tenants.client(f"merchant-{index}")
            # What the first call does: the tokens are read from the store.
            authenticator: Any = client._setup.credentials.authenticator
            authenticator.reread().run()
            return client

        return kilobytes_each(connect, NUMBERS["tenants"])


def _in_a_process(who: str) -> float:
    command = [sys.executable, "-m", "benchmarks.tenants", who]
    root = Path(__file__).parents[1]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout)


def figures() -> list[Figure]:
    ours, peer = _in_a_process("tenants"), _in_a_process("httpx")
    row = f"memory of a merchant of a partner app, one of {NUMBERS['tenants']:,}, in kB"
    return [Figure(row, "a client of Tenants", ours), Figure(row, "an httpx.Client", peer)]


if __name__ == "__main__":
    if sys.argv[1:] == ["tenants"]:
        print(measure_tenants())
    elif sys.argv[1:] == ["httpx"]:
        print(kilobytes_each(lambda _: httpx.Client(), NUMBERS["httpx"]))
    else:
        for figure in figures():
            print(figure.measured, figure.who, round(figure.value, 1), sep=": ")
