"""Limiters whose buckets are outside of the process: files, servers, forks, threads and failures."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
import warnings
from collections import Counter
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits import MemoryLimiter, RedisLimiter, SqliteLimiter, choose_limiter
from aftership_tracking.runtime.session import Clocks
from limit_support import START, Hand, new_ask, running_redis

PASSWORD = "hunter2-and-more"
NOBODY = f"redis://user:{PASSWORD}@127.0.0.1:1/0?password={PASSWORD}"


@pytest.fixture
def hand() -> Hand:
    return Hand(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture
def on_file(path, hand):
    made = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    yield made
    made.close()


@pytest.fixture(scope="module")
def redis_url():
    with running_redis("--requirepass", PASSWORD) as url:
        yield url.replace("redis://", f"redis://:{PASSWORD}@")


@pytest.fixture(params=["sqlite", "redis"])
def twins(request, hand, path):
    """Two limiters with one store, as two processes have them."""
    if request.param == "sqlite":
        made = [SqliteLimiter(path, on_failure="raise", now=hand, clock=hand) for _ in range(2)]
    else:
        url = request.getfixturevalue("redis_url")
        made = [RedisLimiter(url, on_failure="raise", now=hand, clock=hand) for _ in range(2)]
    yield made
    for each in made:
        each.close()


def grants(limiter, ask, count):
    return [limiter.acquire(ask).reserved for _ in range(count)]


def test_two_share_one_limit(twins):
    one, other = twins
    ask = new_ask(3)
    assert grants(one, ask, 2) == [True, True]
    assert grants(other, ask, 2) == [True, False]


def test_what_one_learns_the_other_keeps(twins, hand):
    one, other = twins
    ask = new_ask(3)
    one.learn(ask, 200, {"x-ratelimit-limit": "1"})
    assert grants(other, ask, 2) == [True, False]
    hand.now += 5
    other.learn(ask, 429, {"retry-after": "7"})
    assert one.acquire(ask._replace(longest=0)).wait == pytest.approx(7)


def test_ordinary_answer_costs_no_visit(twins, hand, monkeypatch):
    one, _ = twins
    ask = new_ask(3)
    told = []
    monkeypatch.setattr(type(one), "_tell", lambda *said: told.append(said))
    headers = {"x-ratelimit-limit": "3", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "1700000001"}
    for _ in range(5):
        one.learn(ask, 200, headers)
    # The first answer says where the windows of the service lie.
    assert len(told) == 1
    one.learn(ask, 429, headers)
    assert len(told) == 2


def test_priority_counts_across_processes(twins, hand):
    one, other = twins
    ask = new_ask(1)
    one.acquire(ask)
    low = one.acquire(ask)
    high = other.acquire(ask._replace(priority=1))
    hand.now += 0.95
    assert not one.acquire(ask._replace(ticket=low.ticket)).reserved
    assert other.acquire(ask._replace(priority=1, ticket=high.ticket)).reserved


def test_threads_share_a_limiter(twins):
    one, other = twins
    ask = new_ask(20)
    found: Counter[bool] = Counter()

    def work(limiter):
        mine = [limiter.acquire(ask._replace(longest=0.0)).reserved for _ in range(10)]
        found.update(mine)

    threads = [threading.Thread(target=work, args=(limiter,)) for limiter in (one, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {True: 20, False: 40}


def test_limiter_may_be_used_after_a_fork(twins):
    """Parent and children count together, and the store survives their end."""
    one, _ = twins
    ask = new_ask(10)
    assert one.acquire(ask).reserved
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if grants(one, ask, 3) == [True] * 3 else 2
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert grants(one, ask, 1) == [False]


def test_fork_while_a_thread_asks(on_file):
    """No child inherits a lock that nobody will release, or a transaction that nobody will end."""
    ask = new_ask(1_000_000)
    stop = threading.Event()

    def ask_on():
        while not stop.is_set():
            on_file.acquire(ask)

    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if on_file.acquire(ask).reserved else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


def test_fork_that_python_does_not_see(on_file, monkeypatch):
    ask = new_ask(3)
    on_file.acquire(ask)
    connection = on_file._connection
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    assert on_file.acquire(ask).reserved
    assert on_file._connection is not connection
    # The connection of the parent was not closed.
    assert connection.execute("SELECT 1").fetchone() == (1,)
    monkeypatch.undo()
    connection.close()


def test_file_is_for_its_owner_alone(path, on_file):
    on_file.acquire(new_ask())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_file_stays_small(path, on_file, hand):
    ask = new_ask(50)
    for _ in range(3000):
        hand.now += 0.01
        on_file.acquire(ask)
    on_file.close()
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 100_000
    hand.now += 4000
    on_file.acquire(new_ask())
    on_file.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM buckets").fetchone() == (1,)
    connection.close()


def test_damaged_state_is_forgotten(path, on_file):
    ask = new_ask(2)
    on_file.acquire(ask)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE buckets SET state = '[1, 2]'")
    connection.close()
    assert grants(on_file, ask, 3) == [True, True, False]


def test_file_that_cannot_be_used(tmp_path):
    text = tmp_path / "text.db"
    text.write_text("this is not a database, and it is long enough to be seen as none" * 20)
    for wrong in (tmp_path / "nowhere" / "limits.db", tmp_path, text):
        with pytest.raises(UsageError, match="cannot use the file"):
            SqliteLimiter(wrong)


def test_many_processes_open_a_new_file_at_once(path):
    code = f"""if True:
        import warnings; warnings.simplefilter("error")
        from aftership_tracking.runtime.limits import Ask, SqliteLimiter
        from aftership_tracking.runtime.operation import RateLimit
        limiter = SqliteLimiter({str(path)!r}, on_failure="raise")
        ask = Ask("b", RateLimit(100, 600.0, False), longest=0.0)
        print(sum(limiter.acquire(ask).reserved for _ in range(40)))
        limiter.close()
    """
    workers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 100


def test_store_that_fails_is_replaced_by_memory_and_comes_back(path, hand, monkeypatch):
    limiter = SqliteLimiter(path, now=hand, clock=hand)
    ask = new_ask(2)
    visits = []

    def fail(*given):
        visits.append(given)
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(SqliteLimiter, "_place", fail)
        broken.setattr(SqliteLimiter, "_tell", fail)
        with pytest.warns(LimiterWarning, match=r"disk I/O error.*process"):
            assert limiter.acquire(ask).reserved
        # Warned once; the limits of this process are kept, and the store is left alone for a while.
        assert grants(limiter, ask, 2) == [True, False]
        limiter.learn(ask, 429, {"retry-after": "4"})
        assert len(visits) == 1
        hand.now += 5.1
        assert grants(limiter, ask, 3) == [True, True, False]
        limiter.learn(ask, 429, {"retry-after": "4"})
        assert len(visits) == 2
    hand.now += 4.9
    other = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    assert grants(other, ask, 2) == [True, True]
    assert limiter.acquire(ask).reserved
    hand.now += 0.2
    assert not limiter.acquire(ask).reserved
    for each in (limiter, other):
        each.close()


def test_failure_can_be_an_error(hand):
    limiter = RedisLimiter(NOBODY, on_failure="raise", now=hand)
    with pytest.raises(LimiterError, match=r"RedisLimiter\(redis://127.0.0.1:1\) failed: ConnectionError"):
        limiter.acquire(new_ask())
    # The answer that came is not lost.
    limiter.learn(new_ask(), 429, {})
    with pytest.raises(UsageError, match="on_failure"):
        RedisLimiter(NOBODY, on_failure="ignore")


def test_redis_that_is_down(hand):
    limiter = RedisLimiter(NOBODY, now=hand)
    with pytest.warns(LimiterWarning, match="ConnectionError"):
        assert limiter.acquire(new_ask()).reserved
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hand.now += 6
        assert limiter.acquire(new_ask()).reserved
        limiter.learn(new_ask(), 429, {})


def test_redis_that_restarts(hand):
    ask = new_ask(2)
    with running_redis() as url:
        limiter = RedisLimiter(url, on_failure="raise")
        limiter.acquire(ask)
        # Scripts are gone after a restart, as after this.
        limiter._client.script_flush()
        limiter._client.client_kill_filter(_type="normal", skipme=False)
        assert limiter.acquire(ask).reserved
        assert not limiter.acquire(ask).reserved
        limiter.close()


def test_redis_keeps_time_and_forgets_keys(redis_url):
    """Without clocks of the tests: the time is that of the server."""
    ask = new_ask(2)
    limiter = RedisLimiter(redis_url, on_failure="raise")
    # A client whose own clock is wrong by a day counts with the others.
    wrong = RedisLimiter(redis_url, on_failure="raise", now=lambda: 86_400.0)
    assert limiter.acquire(ask).reserved
    assert wrong.acquire(ask).reserved
    waiting = limiter.acquire(ask)
    assert 0 < waiting.wait <= 0.9
    client = limiter._client
    keys = client.keys("*")
    assert keys
    assert all(0 < client.pttl(key) <= 120_000 for key in keys)
    limiter.close()
    wrong.close()


def test_password_of_a_redis_is_never_shown(hand, caplog):
    texts = []
    limiter = RedisLimiter(NOBODY, now=hand)
    with pytest.warns(LimiterWarning) as caught:
        limiter.acquire(new_ask())
    texts += [str(warning.message) for warning in caught] + [caplog.text, repr(limiter), repr(vars(limiter))]
    for given in (
        NOBODY,
        f"redis://:{PASSWORD}@host:port/",
        f"redis://:{PASSWORD}@h/notanumber?db=x",
        f"unix://:{PASSWORD}@/run/x",
    ):
        try:
            strict = RedisLimiter(given, on_failure="raise")
            texts.append(repr(strict))
            strict.acquire(new_ask())
        except (UsageError, LimiterError) as error:
            texts += [str(error), repr(error)]
            assert error.__cause__ is None
            assert error.__context__ is None or error.__suppress_context__
            found = traceback.TracebackException.from_exception(error, capture_locals=True)
            lines = [line for line in found.format() if "test_limits_stores" not in line]
            texts.append("".join(lines))
    with pytest.raises(UsageError) as refused:
        choose_limiter(f"redsi://:{PASSWORD}@host", Clocks())
    texts.append(str(refused.value))
    assert len(texts) > 8
    assert not [text for text in texts if PASSWORD in text]


def test_client_of_the_caller(redis_url):
    import redis
    import redis.asyncio

    for decode in (True, False):
        client = redis.Redis.from_url(redis_url, decode_responses=decode)
        limiter = RedisLimiter(client, on_failure="raise")
        assert grants(limiter, new_ask(1), 2) == [True, False]
        limiter.close()
        assert client.ping()
        client.close()
    with pytest.raises(UsageError, match="blocking"):
        RedisLimiter(redis.asyncio.Redis())


def test_redis_package_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[redis\]"):
        RedisLimiter("redis://localhost")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("memory", MemoryLimiter),
        ("limits.db", SqliteLimiter),
        ("limits.sqlite", SqliteLimiter),
        ("limits.sqlite3", SqliteLimiter),
        ("sqlite:///limits", SqliteLimiter),
        (Path("any name"), SqliteLimiter),
        ("redis://localhost", RedisLimiter),
        ("rediss://localhost:6380/1", RedisLimiter),
        ("unix:///run/redis.sock", RedisLimiter),
    ],
)
def test_choice(given, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    limiter = choose_limiter(given, Clocks())
    assert type(limiter) is kind
    assert limiter.blocking is (kind is not MemoryLimiter)
    if kind is SqliteLimiter:
        assert [file.name for file in tmp_path.glob("*") if not file.name.endswith(("-wal", "-shm"))] == [
            str(given).removeprefix("sqlite:///")
        ]
    if kind is not MemoryLimiter:
        limiter.close()


def test_choice_of_none_and_of_ones_own():
    class Own:
        def acquire(self, ask): ...
        def learn(self, ask, status, headers): ...

    own = Own()
    assert choose_limiter(None, Clocks()) is None
    assert choose_limiter(own, Clocks()) is own
    for wrong in ("", "redis", "limits.txt", "http://x/limits.db", 5, object(), Own):
        with pytest.raises(UsageError, match="limiter must be"):
            choose_limiter(wrong, Clocks())


def test_nothing_more_is_loaded_than_needed():
    code = (
        "import sys; from aftership_tracking import AfterShip; AfterShip(api_key='k');"
        "print([name for name in ('redis', 'sqlite3', 'email.utils', 'asyncio') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
