"""The generated client against the state of the mock: refusals without planted faults, lists with pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from aftership_tracking import errors
from contract_support import target
from contract_support.calls.api import Api
from contract_support.client.calls import OPTIONS, VARIANTS, Wire, arguments, run_with_client

NUMBER = "STATE0000001"


Act = Callable[[Any, str, Callable[..., dict[str, Any]]], Any]
"""What a client does: with the id of a tracking, and a function that completes the fields of a body."""


def _refuse(version: str, variant: str, act: Act) -> errors.ApiError:
    """Let a client act on a mock with one active tracking, and return the error that it raises."""
    mock = target.fresh_mock()
    document = target.document(version)
    identifier = Api(document, mock).create(NUMBER, slug="usps")["id"]

    def work(client: Any, wire: Wire) -> Any:
        return act(client, identifier, partial(arguments, document))

    with pytest.raises(errors.ApiError) as caught:
        run_with_client(variant, version, mock, work)
    return caught.value


REFUSALS: dict[str, tuple[Act, type[errors.ApiError], int]] = {
    "a second create": (
        lambda client, identifier, body: client.trackings.create(
            **body("create-tracking", tracking_number=NUMBER, slug="usps")
        ),
        errors.AlreadyExistsError,
        4003,
    ),
    "an unknown id": (
        lambda client, identifier, body: client.trackings.get("z" * 24),
        errors.NotFoundError,
        4004,
    ),
    "a retrack of an active tracking": (
        lambda client, identifier, body: client.trackings.retrack(
            identifier, **body("retrack-tracking-by-id")
        ),
        errors.ValidationError,
        4013,
    ),
    "a number that fits no courier": (
        lambda client, identifier, body: client.trackings.create(
            **body("create-tracking", tracking_number="____")
        ),
        errors.ValidationError,
        4012,
    ),
    "a reason that does not exist": (
        lambda client, identifier, body: client.trackings.mark_as_completed(
            identifier, **body("mark-tracking-completed-by-id", reason="TIRED")
        ),
        errors.ValidationError,
        4008,
    ),
}


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_by_state_raises_its_error(case: str, variant: str, version: str) -> None:
    act, expected, code = REFUSALS[case]
    error = _refuse(version, variant, act)
    assert type(error) is expected
    assert error.code == code


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("variant", VARIANTS)
def test_error_of_a_second_create_names_the_tracking(variant: str, version: str) -> None:
    act, _, _ = REFUSALS["a second create"]
    error = _refuse(version, variant, act)
    assert isinstance(error, errors.AlreadyExistsError)
    assert error.existing_tracking_number == NUMBER
    assert error.existing_id


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("variant", VARIANTS)
def test_wrong_key_raises(variant: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPTIONS, "api_key", "not-the-key")
    error = _refuse(version, variant, lambda client, identifier, body: client.couriers.list())
    assert isinstance(error, errors.AuthenticationError)


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("variant", VARIANTS)
def test_list_continues_over_all_pages(variant: str, version: str) -> None:
    mock = target.fresh_mock()
    api = Api(target.document(version), mock)
    for number in range(5):
        api.create(f"PAGES000000{number}", slug="usps")
    expected = [tracking["id"] for tracking in api.list()]
    assert len(expected) == 5

    def work(client: Any, wire: Wire) -> Any:
        return [tracking.id for tracking in client.trackings.list(limit=2)]

    async def work_async(client: Any, wire: Wire) -> Any:
        return [tracking.id async for tracking in client.trackings.list(limit=2)]

    assert run_with_client(variant, version, mock, work if variant == "sync" else work_async) == expected
