"""Clients share nothing that they should not: each key, response and connection belongs to its client."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import AfterShipError, UsageError
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from fault_support.responses import good
from fault_support.server import Act, HostileServer, Talk
from patience import PATIENCE

TENANTS = [f"asat_tenant_{number:04d}_{'0' * 16}" for number in range(12)]


def echo(talk: Talk) -> bool:
    """Respond with the key and the id of the request."""
    assert talk.request is not None
    identifier = talk.request.target.rsplit("/", 1)[1]
    if identifier.startswith("slow"):
        talk.wait(0.05)
    if identifier.startswith("held"):
        talk.wait_for_the_end()
        return False
    talk.send(good(f"{talk.request.header('as-api-key')} {identifier}"))
    return True


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer([Act(echo)]) as made:
        yield made


def settings(server: HostileServer, key: str = TENANTS[0]) -> dict[str, Any]:
    return {
        "api_key": key,
        "base_url": server.address,
        "limiter": None,
        "max_retries": 0,
        "timeout": PATIENCE,
    }


def wrong(found: list[str], keys: list[str], names: list[str]) -> list[str]:
    expected = [f"{key} {name}" for key, name in zip(keys, names, strict=True)]
    return [
        f"{got} instead of {wanted}" for got, wanted in zip(found, expected, strict=True) if got != wanted
    ]


@pytest.mark.parametrize("shared", [False, True], ids=["own connections", "shared connections"])
def test_many_tenants_in_threads(server: HostileServer, shared: bool) -> None:
    owner = AfterShip(**settings(server))
    clients = {
        key: owner.with_options(api_key=key) if shared else AfterShip(**settings(server, key))
        for key in TENANTS
    }
    names = [f"id{number}" for number in range(240)]
    keys = [TENANTS[number % len(TENANTS)] for number in range(240)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key, name: clients[key].trackings.get(name).id, keys, names))
    assert wrong(found, keys, names) == []
    for client in (owner, *clients.values()):
        client.close()


@pytest.mark.parametrize("shared", [False, True], ids=["own connections", "shared connections"])
def test_many_tenants_in_tasks(server: HostileServer, shared: bool) -> None:
    names = [f"id{number}" for number in range(240)]
    keys = [TENANTS[number % len(TENANTS)] for number in range(240)]

    async def run() -> list[str]:
        owner = AsyncAfterShip(**settings(server))
        clients = {
            key: owner.with_options(api_key=key) if shared else AsyncAfterShip(**settings(server, key))
            for key in TENANTS
        }
        calls = (clients[key].trackings.get(name) for key, name in zip(keys, names, strict=True))
        found = [tracking.id for tracking in await asyncio.gather(*calls)]
        for client in (owner, *clients.values()):
            await client.aclose()
        return found

    assert wrong(asyncio.run(run()), keys, names) == []


def test_options_of_one_call_stay_with_it(server: HostileServer) -> None:
    from aftership_tracking import Options

    with AfterShip(**settings(server)) as client, ThreadPoolExecutor(8) as pool:

        def get(number: int) -> None:
            options = Options(headers={"x-number": f"n{number}"}) if number % 2 else None
            client.trackings.get(f"n{number}", options=options)

        list(pool.map(get, range(80)))
    for request in server.requests:
        name = request.target.rsplit("/", 1)[1]
        assert request.header("x-number") == (name if int(name[1:]) % 2 else None)


def test_cancelled_calls_never_mix_up_responses(server: HostileServer) -> None:
    """Calls are cancelled at random points, and later calls use the same connections.

    In each turn some calls get no response before they are cancelled, and the others may be anywhere.
    """
    random = Random(7)

    async def get(client: AsyncAfterShip, name: str) -> str:
        return str((await client.trackings.get(name)).id)

    async def run() -> tuple[list[str], int, int]:
        mistakes: list[str] = []
        cancelled = 0
        async with AsyncAfterShip(**settings(server)) as client:
            for turn in range(30):
                names = [f"{('id', 'slow', 'held')[n % 3]}-{turn}-{n}" for n in range(6)]
                tasks = [asyncio.create_task(get(client, name)) for name in names]
                for _ in range(random.randrange(60)):
                    await asyncio.sleep(0)
                if turn % 2:
                    await asyncio.sleep(random.random() * 0.03)
                for task, name in zip(tasks, names, strict=True):
                    if name.startswith("held") or random.random() < 0.5:
                        task.cancel()
                for name, found in zip(
                    names, await asyncio.gather(*tasks, return_exceptions=True), strict=True
                ):
                    if isinstance(found, asyncio.CancelledError):
                        cancelled += 1
                    elif found != f"{TENANTS[0]} {name}":
                        mistakes.append(f"{found} for {name}")
                after = f"after-{turn}"
                if await get(client, after) != f"{TENANTS[0]} {after}":
                    mistakes.append(after)
            left = len(asyncio.all_tasks()) - 1
        return mistakes, cancelled, left

    mistakes, cancelled, left = asyncio.run(run())
    assert mistakes == []
    assert cancelled >= 60
    assert left == 0
    assert server.all_closed()


def test_cancelled_retry_sends_no_more() -> None:
    """A call that waits for its retry ends when it is cancelled."""
    from aftership_tracking.runtime.hooks import AttemptEnded
    from fault_support.responses import error, reply

    with HostileServer([reply(error(503, headers={"retry-after": "30"}))]) as server:

        async def run() -> None:
            failed = asyncio.Event()

            def watch(event: object) -> None:
                if isinstance(event, AttemptEnded):
                    failed.set()

            async with AsyncAfterShip(**{**settings(server), "max_retries": 3, "hooks": [watch]}) as client:
                call = asyncio.create_task(client.trackings.get("p1"))
                await failed.wait()
                # The call has nothing left to do but to wait.
                for _ in range(20):
                    await asyncio.sleep(0)
                assert not call.done()
                call.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await call

        asyncio.run(run())
        assert len(server.requests) == 1


def classes() -> dict[str, dict[str, int]]:
    """Return the identity of every attribute of every class of the package."""
    found = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith(
            ("aftership_tracking.runtime", "aftership_tracking.recipes", "aftership_tracking.v")
        ):
            continue
        for cls in vars(module).values():
            if inspect.isclass(cls) and cls.__module__.startswith("aftership_tracking"):
                found[f"{cls.__module__}.{cls.__qualname__}"] = {
                    # The interpreter stores counters and caches in `_abc_` attributes.
                    key: id(value)
                    for key, value in vars(cls).items()
                    if not key.startswith("_abc_")
                }
    return found


def test_nothing_is_stored_on_classes(server: HostileServer) -> None:
    def use(key: str) -> None:
        with AfterShip(**settings(server, key)) as client:
            client.trackings.get("p1")
            client.with_options(api_key=TENANTS[2]).trackings.get("p2")

        async def run() -> None:
            async with AsyncAfterShip(**settings(server, key)) as client:
                await client.trackings.get("p1")

        asyncio.run(run())

    use(TENANTS[0])
    before = classes()
    use(TENANTS[1])
    after = classes()
    assert len(before) > 30
    assert after == before


@pytest.mark.parametrize("turn", ["with", "close", "close twice"])
def test_closed_client_says_so(server: HostileServer, turn: str) -> None:
    client = AfterShip(**settings(server))
    copy = client.with_options(timeout=3)
    client.trackings.get("p1")
    # The copy borrows the connections: closing it closes nothing.
    copy.close()
    assert copy.trackings.get("p1").id
    if turn == "with":
        with client:
            pass
    for _ in range(turn.count("close") + turn.count("twice")):
        client.close()
    for closed in (client, copy):
        with pytest.raises(UsageError, match="closed"):
            closed.trackings.get("p1")
    assert server.all_closed()


def test_closed_async_client_says_so(server: HostileServer) -> None:
    async def run() -> None:
        client = AsyncAfterShip(**settings(server))
        copy = client.with_options(timeout=3)
        await client.trackings.get("p1")
        await copy.aclose()
        assert (await copy.trackings.get("p1")).id
        async with client:
            pass
        await client.aclose()
        for closed in (client, copy):
            with pytest.raises(UsageError, match="closed"):
                await closed.trackings.get("p1")

    asyncio.run(run())
    assert server.all_closed()


def test_client_that_was_given_stays_open(server: HostileServer) -> None:
    with httpx.Client(timeout=PATIENCE) as given:
        for _ in range(2):
            with AfterShip(**settings(server), http_client=given) as client:
                assert client.trackings.get("p1").id
        assert not given.is_closed


# httpcore forgets a connection that is being opened while the pool is closed. Garbage collection closes it.
@pytest.mark.filterwarnings("ignore:.*unclosed.*:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_closing_during_calls_ends_in_a_response_or_an_error_of_this_package(server: HostileServer) -> None:
    client = AfterShip(**settings(server))
    odd: list[BaseException] = []
    begun = threading.Barrier(5)

    def get() -> None:
        begun.wait()
        for number in range(50):
            try:
                found = client.trackings.get(f"slow{number}").id
                if found != f"{TENANTS[0]} slow{number}":
                    odd.append(AssertionError(found))
            except AfterShipError:
                return
            except BaseException as error:  # noqa: BLE001 - any other error is a finding
                odd.append(error)
                return

    threads = [threading.Thread(target=get) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    # All four are in the middle of their calls.
    server.wait_for_requests(8)
    client.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert odd == []


def _leave_open(server: HostileServer) -> None:
    AfterShip(**settings(server)).trackings.get("p1")


async def _leave_open_async(server: HostileServer) -> None:
    await AsyncAfterShip(**settings(server)).trackings.get("p1")


@pytest.mark.usefixtures("small_heap")
def test_client_left_open_is_reported(server: HostileServer) -> None:
    for leave, closing in ((_leave_open, "client.close"), (_leave_open_async, "client.aclose")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            coroutine = leave(server)
            if coroutine is not None:
                asyncio.run(coroutine)
            gc.collect()
        texts = [str(each.message) for each in caught if each.category is ResourceWarning]
        assert any("was left open" in text and closing in text for text in texts), texts
        assert not any(TENANTS[0] in text for text in texts)


@pytest.mark.usefixtures("small_heap")
def test_client_that_was_closed_is_not_reported(server: HostileServer) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with AfterShip(**settings(server)) as client:
            client.trackings.get("p1")
        del client
        gc.collect()
