"""Processes that renew the rotating token of one merchant at once: with a store nobody loses."""

from __future__ import annotations

from pathlib import Path

from aftership_tracking.oauth import RedisTokenStore, SqliteTokenStore
from aftership_tracking.runtime.auth.tokens import dump_tokens
from limit_support import running_redis
from oauth_support import MERCHANT, expired_tokens, run_workers, served
from patience import PATIENCE


def test_without_a_lease_one_of_two_processes_loses(tmp_path: Path) -> None:
    """Why there are stores, and proof that the test below can fail: `load` alone does not prevent it."""
    (tmp_path / "tokens.json").write_text(dump_tokens(expired_tokens()), "utf-8")
    with served(seconds=PATIENCE, together=2) as (mock, url):
        outcomes = run_workers(url, tmp_path, ["load", "load"])
    assert mock.renewals == 2
    assert sorted(each["outcome"] for each in outcomes) == ["AuthenticationError", "done"]
    assert any("invalid_grant" in each.get("message", "") for each in outcomes)


def test_with_a_file_one_process_renews_for_all(tmp_path: Path) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.put(MERCHANT, expired_tokens())
    with served(seconds=1.0, together=2) as (mock, url):
        outcomes = run_workers(url, tmp_path, ["sqlite", "async", "sqlite"])
    assert [each["outcome"] for each in outcomes] == ["done"] * 3, outcomes
    assert mock.renewals == 1
    found = store.get(MERCHANT)
    assert found is not None
    assert found.refresh_token not in (None, "refresh-0")


def test_with_redis_one_process_renews_for_all(tmp_path: Path) -> None:
    with running_redis() as redis, served(seconds=1.0, together=2) as (mock, url):
        store = RedisTokenStore(redis)
        store.put(MERCHANT, expired_tokens())
        outcomes = run_workers(url, tmp_path, [f"redis={redis}"] * 2)
        assert store.get(MERCHANT) != expired_tokens()
        store.close()
    assert [each["outcome"] for each in outcomes] == ["done"] * 2, outcomes
    assert mock.renewals == 1
