"""A wrong name of an argument or a setting is refused in the words of the caller."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry

KEY = "asat_0123456789abcdef0123456789abcdef"
ID = "5b7658cec7c33c0e007de3c5"
NEWEST = registry.package(registry.versions()[-1])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda c: c.trackings.get(ID, timout=3),
            "client.trackings.get has no argument timout. Did you mean timeout?",
        ),
        (
            lambda c: c.trackings.get(ID, langg="de"),
            "client.trackings.get has no argument langg. Did you mean lang?",
        ),
        (
            lambda c: c.trackings.create(traking_number="RA1"),
            "client.trackings.create has no argument traking_number. Did you mean tracking_number?",
        ),
        (lambda c: c.trackings.create(), "client.trackings.create needs tracking_number"),
        (lambda c: c.trackings.get(), "client.trackings.get needs id"),
        (lambda c: c.trackings.get(ID, "de"), "client.trackings.get takes id alone without a name"),
        (lambda c: c.trackings.get(ID, id=ID), "client.trackings.get was given id twice"),
        (lambda c: c.trackings.list(zzzqqq=1), "client.trackings.list has no argument zzzqqq. Its help()"),
        (
            lambda c: c.courier_connections.list(limitt=1),
            "client.courier_connections.list has no argument limitt",
        ),
        (
            lambda c: c.request("GET", "x", timout=1),
            "client.request has no argument timout. Did you mean timeout?",
        ),
    ],
)
@pytest.mark.parametrize("client_name", ["newest", "newest_async"])
def test_a_wrong_name_is_refused_in_the_words_of_the_caller(
    call: Any, sentence: str, client_name: str, request: pytest.FixtureRequest, recorder: Any
) -> None:
    client = request.getfixturevalue(client_name)

    async def run() -> None:
        await call(client)

    with pytest.raises(UsageError) as caught:
        call(client) if client_name == "newest" else asyncio.run(run())
    assert str(caught.value).startswith(sentence)
    assert caught.value.__context__ is None
    assert recorder.requests == []


def test_a_wrong_name_of_a_setting_names_the_class() -> None:
    with pytest.raises(UsageError, match=r"^AfterShip has no argument api_kye. Did you mean api_key\?"):
        NEWEST.AfterShip(api_kye=KEY)
    with pytest.raises(
        UsageError, match=r"^AsyncAfterShip has no argument max_retry. Did you mean max_retries\?"
    ):
        NEWEST.AsyncAfterShip(KEY, max_retry=1)
    with pytest.raises(UsageError, match=r"^AfterShip takes api_key alone without a name"):
        NEWEST.AfterShip(KEY, "secret")
    with pytest.raises(
        UsageError, match=r"^client.with_options has no argument timout. Did you mean timeout\?"
    ):
        NEWEST.AfterShip(KEY).with_options(timout=3)


def test_an_error_from_inside_is_left_alone(make: Any) -> None:
    def hook(event: object) -> None:
        raise TypeError("mine")

    with pytest.raises(TypeError, match=r"^mine"):
        make(hooks=[hook]).parcels.get("p1")


def test_methods_are_still_what_they_were() -> None:
    trackings = NEWEST.AsyncAfterShip(KEY, limiter=None).trackings
    assert inspect.iscoroutinefunction(trackings.get)
    assert not inspect.iscoroutinefunction(trackings.list)
    assert "id" in inspect.signature(trackings.get).parameters
    assert trackings.get.__doc__.startswith("Get a tracking.")
