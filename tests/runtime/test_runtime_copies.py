"""`with_options`: a copy can differ in whatever the constructor takes, and it closes what is its own."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.base_client import Client
from aftership_tracking.runtime.limits.memory import MemoryLimiter

KEY = "asat_0123456789abcdef0123456789abcdef"


def test_a_copy_can_differ_in_what_the_constructor_takes() -> None:
    constructor = set(inspect.signature(Client.__init__).parameters)
    copied = set(inspect.signature(Client.with_options).parameters)
    assert copied == constructor


def test_base_url_and_headers(service: Any, make: Any) -> None:
    client = make(headers={"x-a": "1", "x-b": "1"})
    copy = client.with_options(base_url="https://other.example/prefix", headers={"X-B": "2"})
    for one in (copy, client):
        service.reply_parcel()
        one.parcels.get("p1")
    changed, unchanged = service.requests
    assert str(changed.url) == "https://other.example/prefix/tracking/2024-01/trackings/p1"
    assert (changed.headers["x-a"], changed.headers["x-b"]) == ("1", "2")
    assert unchanged.url.host == "api.aftership.com"
    assert unchanged.headers["x-b"] == "1"


def test_an_http_client_of_the_caller_stays_open(service: Any, make: Any) -> None:
    http = httpx.Client(transport=httpx.MockTransport(service))
    copy = make().with_options(http_client=http)
    service.reply_parcel()
    copy.parcels.get("p1")
    copy.close()
    assert not http.is_closed
    http.close()


def test_a_copy_with_connections_of_its_own_closes_them_alone() -> None:
    owner = sample.Sample(KEY)
    copy = owner.with_options(http_client=None)
    shared = owner.with_options(timeout=1)
    copy.close()
    shared.close()
    with pytest.raises(UsageError, match="closed"):
        copy.parcels.get("p1")
    assert owner._transport is shared._transport is not copy._transport
    assert not owner._transport.closed
    owner.close()
    assert owner._transport.closed


def test_async_copies_too() -> None:
    async def run() -> None:
        owner = sample.AsyncSample(KEY)
        copy = owner.with_options(http_client=None)
        await copy.aclose()
        assert copy._transport.closed
        assert not owner._transport.closed
        await owner.aclose()

    asyncio.run(run())


def test_a_limiter_that_was_made_for_a_copy_is_closed_with_it(tmp_path: Path) -> None:
    closed: list[str] = []
    owner = sample.Sample(KEY, limiter=tmp_path / "owner.db")
    copy = owner.with_options(limiter=tmp_path / "copy.db")
    given = MemoryLimiter()
    other = owner.with_options(limiter=given)
    for name, client in (("owner", owner), ("copy", copy)):
        limiter: Any = client._setup.limiter
        limiter.close = lambda name=name, close=limiter.close: (close(), closed.append(name))
    given.close = lambda: closed.append("given")  # type: ignore[attr-defined]
    assert other._setup.limiter is given
    assert owner.with_options(limiter=None)._setup.limiter is None
    other.close()
    assert closed == []
    copy.close()
    assert closed == ["copy"]
    owner.close()
    assert closed == ["copy", "owner"]


def test_a_new_secret_goes_with_the_key_of_the_client(service: Any, make: Any) -> None:
    client = make(auth="aes", api_secret="first")
    rotated = client.with_options(api_secret="the-second")
    signing = make().with_options(auth="aes", api_secret="the-second")
    plain = client.with_options(auth="api_key")
    for one in (client, rotated, signing, plain):
        service.reply_parcel()
        one.parcels.get("p1")
    headers = [request.headers for request in service.requests]
    assert {one["as-api-key"] for one in headers} == {KEY}
    signatures = [one.get("as-signature-hmac-sha256") for one in headers]
    assert signatures[0] != signatures[1] == signatures[2]
    assert signatures[3] is None
    accounts = {one._setup.credentials.account for one in (client, rotated, signing, plain)}
    assert len(accounts) == 1
    assert rotated._setup.credentials.erase(f"{KEY} the-second".encode()) == b"*** ***"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"api_secret": "s"}, "auth='api_key' takes no api_secret"),
        ({"auth": "aes"}, "auth='aes' needs an api_secret"),
        ({"api_key": ""}, "needs an API key"),
        ({"auth": object(), "api_secret": "s"}, "takes no api_secret"),
    ],
)
def test_a_change_that_cannot_work(make: Any, settings: Any, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        make().with_options(**settings)


def test_a_client_without_a_key_has_none_to_sign_with(make: Any) -> None:
    class Custom:
        def sign(self, request: Any) -> Any:
            return request

    with pytest.raises(UsageError, match=r"no API key that .* could go with\. Give api_key too"):
        make(auth=Custom(), api_key=None).with_options(auth="aes", api_secret="s")
