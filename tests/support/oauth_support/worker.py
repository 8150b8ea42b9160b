"""A process that acts for the merchant of a folder: it waits for the others, calls, and says how it went.

python worker.py WAY URL FOLDER NUMBER, where WAY says how it gets tokens:
load: an OAuthToken with `load` and `on_refreshed`, on a file
sqlite, async: clients of Tenants on a SqliteTokenStore
redis=URL: the same on a RedisTokenStore
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from aftership_tracking import AfterShip, AfterShipError, AsyncAfterShip, OAuthApp, OAuthToken, Tokens
from aftership_tracking.oauth import RedisTokenStore, SqliteTokenStore, Tenants, TokenStore
from aftership_tracking.runtime.auth.tokens import dump_tokens, load_tokens

MERCHANT = "merchant-1"


def main() -> None:
    way, url, folder, number = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]
    app = OAuthApp("app-1", "secret-of-app-1", token_url=f"{url}/oauth/token")
    try:
        if way == "load":
            with AfterShip(auth=token_of_a_file(app, folder), base_url=url) as client:
                client.prepare()
                meet(folder, number)
                client.couriers.list()
        elif way == "async":
            asyncio.run(call_async(app, SqliteTokenStore(folder / "tokens.db"), url, folder, number))
        else:
            with Tenants(app, open_store(way, folder), AfterShip, base_url=url) as tenants:
                merchant = tenants.client(MERCHANT)
                merchant.prepare()
                meet(folder, number)
                merchant.couriers.list()
        outcome = {"outcome": "done"}
    except AfterShipError as error:
        outcome = {"outcome": type(error).__name__, "message": str(error)}
    sys.stdout.write(json.dumps(outcome))


async def call_async(app: OAuthApp, store: TokenStore, url: str, folder: Path, number: str) -> None:
    async with Tenants(app, store, AsyncAfterShip, base_url=url) as tenants:
        merchant = tenants.client(MERCHANT)
        merchant.prepare()
        meet(folder, number)
        await asyncio.gather(*(merchant.couriers.list() for _ in range(3)))


def open_store(way: str, folder: Path) -> TokenStore:
    kind, _, address = way.partition("=")
    return RedisTokenStore(address) if kind == "redis" else SqliteTokenStore(folder / "tokens.db")


def token_of_a_file(app: OAuthApp, folder: Path) -> OAuthToken:
    path = folder / "tokens.json"

    def load() -> Tokens:
        found = load_tokens(path.read_text("utf-8"))
        assert found is not None
        return found

    def save(tokens: Tokens) -> None:
        path.write_text(dump_tokens(tokens), "utf-8")

    return OAuthToken(load(), app=app, load=load, on_refreshed=save)


def meet(folder: Path, number: str) -> None:
    """Wait until all workers are ready."""
    (folder / f"ready-{number}").touch()
    while not (folder / "go").exists():
        time.sleep(0.002)


main()
