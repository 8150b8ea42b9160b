"""Scripted responses: the calls that were expected, and a readable complaint about all others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from aftership_tracking import errors
from aftership_tracking.mock import MockRequest
from aftership_tracking.runtime import registry
from aftership_tracking.testing import ClientClock
from aftership_tracking.testing.factories import make, make_many, tracking
from aftership_tracking.testing.script import Script, ScriptError
from aftership_tracking.testing.traffic.judge_call import load_version
from contract_support.client.calls import complete
from version_sample import sample

NUMBER = "1Z999AA10123456784"


def client(script: Script, version: str = "2026-07", **settings: Any) -> Any:
    return registry.package(version).AfterShip(api_key="any-key", http_client=script.transport(), **settings)


def failure(script: Script, run: Callable[[Any], object], version: str = "2026-07") -> str:
    with pytest.raises(ScriptError) as failed, script:
        run(client(script, version))
    return str(failed.value)


@pytest.mark.parametrize("version", sample(registry.versions()))
def test_a_script_that_fits(version: str) -> None:
    model = type(tracking(version=version))
    script = Script(version)
    made = tracking(version=version, slug="ups", seed=4)
    script.expect("trackings.create", body={"slug": "ups"}).respond(made)
    script.expect("trackings.list", query={"limit": 5}).respond(make_many(model, 2, seed=7))
    script.expect("trackings.get", path={"id": "a" * 32}).fail(4004)
    script.expect("couriers.list", times=2)
    with script:
        user = client(script, version)
        parcel = complete(version, "trackings", "create", tracking_number=NUMBER, slug="ups")
        assert user.trackings.create(**parcel) == made
        assert [each.id for each in user.trackings.list(limit=5)] == [
            each.id for each in make_many(model, 2, seed=7)
        ]
        with pytest.raises(errors.NotFoundError) as missing:
            user.trackings.get("a" * 32)
        assert missing.value.code == 4004
        assert list(user.couriers.list())
        user.couriers.list()


@pytest.mark.parametrize("version", registry.versions())
def test_every_operation_has_a_response_by_itself(version: str) -> None:
    api, _ = load_version(version)
    assert len(api.operations) > 10
    for operation in api.operations:
        script = Script(version, judge_requests=False)
        expectation = script.expect(operation.id)
        assert expectation.name == f"{operation.resource}.{operation.action}"
        assert script.expect(expectation.name).name == expectation.name
        target = "/".join(part if part[:1] != "{" else "a" for part in operation.template.split("/"))
        request = MockRequest.to(operation.method, f"/tracking/{version}{target}")
        assert script.handle(request).status == operation.success


def test_an_async_client() -> None:
    async def run() -> str:
        script = Script()
        script.expect("trackings.get").respond(tracking(tag="Delivered"))
        with script:
            user = registry.package("2026-07").AsyncAfterShip(
                api_key="any-key", http_client=script.async_transport()
            )
            return str((await user.trackings.get("a" * 32)).tag)

    assert asyncio.run(run()) == "Delivered"


def test_retries_and_lost_connections_can_be_scripted() -> None:
    script = Script()
    script.expect("trackings.get").fail(429, headers={"Retry-After": "3"})
    script.expect("trackings.get").raise_error(httpx.ConnectError("no route"))
    script.expect("trackings.get").respond_raw(502, "<html>")
    script.expect("trackings.get").respond(tracking())
    with ClientClock() as clock, script:
        assert client(script, max_retries=3).trackings.get("a" * 32) == tracking()
    assert clock.slept[0] >= 3


def test_a_difference_is_shown_field_by_field() -> None:
    script = Script()
    wanted = {"slug": "ups", "title": "Toys", "shipment_tags": ["a"], "customers": [{"name": "Ada"}]}
    script.expect("trackings.create", body=wanted)
    text = failure(
        script,
        lambda user: user.trackings.create(
            tracking_number=NUMBER, slug="usps", shipment_tags=["a"], customers=[{"name": "Bob"}]
        ),
    )
    assert text.splitlines() == [
        "call 1 does not fit the script",
        "expectation 1 of 1: trackings.create",
        "  body.slug",
        '    expected: "ups"',
        '    received: "usps"',
        "  body.title",
        '    expected: "Toys"',
        "    received: (nothing)",
        "  body.customers[0].name",
        '    expected: "Ada"',
        '    received: "Bob"',
    ]


def test_exact_and_path_and_query() -> None:
    script = Script()
    script.expect("trackings.create", body={"slug": "ups"}, exact=True)
    text = failure(script, lambda user: user.trackings.create(tracking_number=NUMBER, slug="ups"))
    assert text.splitlines()[2:] == [
        "  body.tracking_number",
        "    expected: (nothing)",
        f'    received: "{NUMBER}"',
    ]
    script = Script()
    script.expect("trackings.list", query={"limit": 5, "slug": ["ups", "dhl"]})
    text = failure(script, lambda user: user.trackings.list(limit=6, slug=["ups", "dhl"]))
    assert "  query.limit" in text
    assert "query.slug" not in text
    script = Script()
    script.expect("trackings.get", path={"id": "b" * 32})
    assert "path.id" in failure(script, lambda user: user.trackings.get("a" * 32))


def test_another_call_and_a_call_too_many() -> None:
    script = Script()
    script.expect("trackings.list")
    text = failure(script, lambda user: user.trackings.get("a" * 32))
    assert text.splitlines()[2:] == [
        "  expected: trackings.list",
        f"  received: trackings.get id={'a' * 32}",
    ]
    text = failure(Script(), lambda user: user.trackings.get("a" * 32))
    assert "call 1 was not expected: the script has ended and expects no call" in text


def test_one_call_is_not_many() -> None:
    script = Script()
    script.expect("trackings.get").respond(tracking())
    text = failure(script, lambda user: [user.trackings.get("a" * 32) for _ in range(2)])
    assert "call 2 was not expected: the script has ended after 1 call\n" in text


def test_expected_calls_that_did_not_come() -> None:
    script = Script()
    script.expect("trackings.get", times=2)
    script.expect("trackings.list")
    text = failure(script, lambda user: user.trackings.get("a" * 32))
    assert text.splitlines() == [
        "2 expected calls did not come",
        "  trackings.get: 1 of 2",
        "  trackings.list: 0 of 1",
    ]


def test_a_failure_that_the_program_caught_is_raised_in_the_end() -> None:
    script = Script()

    def run(user: Any) -> None:
        with suppress(AssertionError):
            user.trackings.get("a" * 32)

    assert "was not expected" in failure(script, run)

    def turn(user: Any) -> None:
        try:
            user.trackings.get("a" * 32)
        except AssertionError:
            raise KeyError("other") from None

    with pytest.raises(KeyError) as raised, script:
        turn(client(script))
    assert any("was not expected" in note for note in raised.value.__notes__)


def test_any_order_and_its_nearest_expectation() -> None:
    script = Script(in_order=False)
    script.expect("trackings.get", path={"id": "a" * 32})
    script.expect("trackings.create", body={"slug": "ups"})
    with script:
        user = client(script)
        user.trackings.create(tracking_number=NUMBER, slug="ups")
        user.trackings.get("a" * 32)
    script = Script(in_order=False)
    script.expect("trackings.get")
    script.expect("trackings.create", body={"slug": "ups", "title": "x"})
    text = failure(script, lambda user: user.trackings.create(tracking_number=NUMBER, slug="dhl"))
    assert "expectation 2 of 2: trackings.create (the nearest of 2)" in text
    assert "body.title" in text


def test_requests_are_judged_and_may_be_left_alone() -> None:
    def run(user: Any) -> None:
        user.trackings.list(query={"pagge": 2})

    script = Script()
    script.expect("trackings.list")
    text = failure(script, run)
    assert "breaks the document of 2026-07" in text
    assert "query pagge: the operation does not know it" in text
    script = Script(judge_requests=False)
    script.expect("trackings.list")
    with script:
        run(client(script))


def test_a_client_of_another_version() -> None:
    script = Script("2026-07")
    script.expect("trackings.get")
    text = failure(script, lambda user: user.trackings.get("a" * 24), "2024-01")
    assert "it was sent to version 2024-01, and 2026-07 judges" in text


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            lambda s: s.expect("trackings.creat"),
            r"no operation trackings\.creat\. Did you mean trackings\.create",
        ),
        (lambda s: s.expect("trackings.get", times=0), "times must be at least 1"),
        (lambda s: s.expect("trackings.get").fail(9999), "documents no error code 9999"),
        (lambda s: s.expect("trackings.get").respond_raw(99), "status must be from 100 to 599"),
        (lambda s: s.expect("trackings.get").respond({"id": 5}), r"data\.id must be of the type string"),
        (lambda s: s.expect("trackings.get").respond({"hue": 5}), r"does not know data\.hue"),
        (lambda s: s.expect("trackings.get").respond(tracking(version="2024-01")), "has no such response"),
    ],
)
def test_a_script_that_the_document_does_not_have_is_refused(plan: Any, words: str) -> None:
    with pytest.raises(errors.UsageError, match=words):
        plan(Script("2026-07"))
    with pytest.raises(errors.UsageError, match="there is no document of version"):
        Script("2031-01")


def test_true_is_not_one() -> None:
    script = Script("2024-01", judge_requests=False)
    script.expect("trackings.create", body={"custom_fields": {"a": 1}})
    text = failure(
        script,
        lambda user: user.trackings.create(tracking_number=NUMBER, custom_fields={"a": True}),
        "2024-01",
    )
    assert "body.custom_fields.a" in text


def test_models_in_a_script_are_those_of_its_version() -> None:
    package = registry.package("2024-01")
    script = Script("2024-01")
    script.expect("last_checkpoints.get")
    script.expect("trackings.get").respond(make(package.Tracking, tag="Exception"))
    with script:
        user = client(script, "2024-01")
        user.last_checkpoints.get("a" * 24)
        assert user.trackings.get("a" * 24).tag == "Exception"
