"""Every error code of a document, caused against the mock, in every version that has it.

Real requests cause the codes. A few codes that a typed client cannot cause come from a request that is
changed on its way, and those of a failing server are planted in the mock.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from aftership_tracking import errors
from aftership_tracking.errors import ApiError, ErrorCode
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.runtime.calls.response_errors import BODY_BYTES_ON_ERROR
from contract_support import target
from contract_support.client.calls import complete, package_of

KEY = "asat_0badc0de0badc0de0badc0de0badc0de"
NUMBER = "CODES0000001"
CLASSES: dict[int, type[ApiError]] = {
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    429: errors.RateLimitError,
    500: errors.ServerError,
    502: errors.ServerError,
    503: errors.ServerError,
    504: errors.ServerError,
    4003: errors.AlreadyExistsError,
    4004: errors.NotFoundError,
    **{code: errors.ValidationError for code in range(4001, 4018) if code not in (4003, 4004)},
}


class Bench(NamedTuple):
    """A client on a mock. `change_requests` sets what changes requests on the way."""

    client: Any
    mock: Mock
    change_requests: Callable[[Callable[[httpx.Request], httpx.Request] | None], None]


def _replace_body(content: bytes) -> Callable[[httpx.Request], httpx.Request]:
    def change(request: httpx.Request) -> httpx.Request:
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        return httpx.Request(request.method, request.url, headers=headers, content=content)

    return change


def _extend_url(tail: str) -> Callable[[httpx.Request], httpx.Request]:
    """Append something to the URL. `%FF` is not UTF-8, so it cannot be decoded."""

    def change(request: httpx.Request) -> httpx.Request:
        return httpx.Request(request.method, f"{request.url}{tail}", headers=request.headers)

    return change


def _create(bench: Bench, **fields: Any) -> Any:
    return bench.client.trackings.create(
        **_complete(bench, "trackings.create", **{"tracking_number": NUMBER, "slug": "usps", **fields})
    )


def _complete(bench: Bench, name: str, **fields: Any) -> dict[str, Any]:
    """These arguments of a method, and what the version requires besides."""
    resource, method = name.split(".")
    return complete(bench.client.API_VERSION, resource, method, **fields)


def _end(bench: Bench, identifier: str, reason: str) -> Any:
    given = _complete(bench, "trackings.mark_as_completed", reason=reason)
    return bench.client.trackings.mark_as_completed(identifier, **given)


def _create_with_body(content: bytes) -> Callable[[Bench], Any]:
    def make(bench: Bench) -> Any:
        bench.change_requests(_replace_body(content))
        return _create(bench)

    return make


def _list_with_url_tail(tail: str) -> Callable[[Bench], Any]:
    def make(bench: Bench) -> Any:
        bench.change_requests(_extend_url(tail))
        return bench.client.couriers.list()

    return make


def _get_with_id_that_is_not_utf8(bench: Bench) -> Any:
    bench.change_requests(_extend_url("%FF"))
    return bench.client.trackings.get("p1")


def _wrong_key(bench: Bench) -> Any:
    return bench.client.with_options(api_key=KEY.replace("0", "1")).couriers.list()


def _no_permission(bench: Bench) -> Any:
    return bench.client.with_options(api_key=KEY.replace("0", "2")).trackings.list()


def _too_many(bench: Bench) -> Any:
    for _ in range(100):
        bench.client.couriers.list()


def _planted(status: int) -> Callable[[Bench], Any]:
    def make(bench: Bench) -> Any:
        bench.mock.faults.add(status)
        return bench.client.couriers.list()

    return make


def _twice(bench: Bench) -> Any:
    _create(bench)
    return _create(bench)


def _retrack_active(bench: Bench) -> Any:
    return bench.client.trackings.retrack(_create(bench).id)


def _retrack_twice(bench: Bench) -> Any:
    identifier = _create(bench).id
    for _ in range(2):
        _end(bench, identifier, "LOST")
        bench.client.trackings.retrack(identifier)


def _reason_missing(bench: Bench) -> Any:
    identifier = _create(bench).id
    bench.change_requests(_replace_body(b"{}"))
    return _end(bench, identifier, "LOST")


def _notification_missing(bench: Bench) -> Any:
    identifier = _create(bench).id
    bench.change_requests(_replace_body(b"{}"))
    return bench.client.notifications.add(identifier, emails=["a@example.com"])


def _number_missing(bench: Bench) -> Any:
    wrapped = "4006" in target.document(bench.client.API_VERSION)["x-errors"]
    fields = _complete(bench, "trackings.create", slug="usps")
    del fields["tracking_number"]
    bench.change_requests(_replace_body(json.dumps({"tracking": fields} if wrapped else fields).encode()))
    return _create(bench)


MAKERS: dict[int, Callable[[Bench], Any]] = {
    400: _list_with_url_tail("?%FF=1"),
    401: _wrong_key,
    403: _no_permission,
    404: _list_with_url_tail("/nowhere/at/all"),
    429: _too_many,
    500: _planted(500),
    502: _planted(502),
    503: _planted(503),
    504: _planted(504),
    4001: _create_with_body(b'{"tracking": '),
    4003: _twice,
    4004: lambda bench: bench.client.trackings.get("z" * 24),
    4005: lambda bench: _create(bench, tracking_number="x" * 101),
    4006: _create_with_body(b"{}"),
    4007: _number_missing,
    4008: lambda bench: _end(bench, _create(bench).id, "TIRED"),
    4009: _reason_missing,
    4010: lambda bench: _create(bench, slug="no-such-courier"),
    4011: lambda bench: _create(bench, slug="postnl-3s"),
    4012: lambda bench: bench.client.trackings.create(
        **_complete(bench, "trackings.create", tracking_number="____")
    ),
    4013: _retrack_active,
    4014: _notification_missing,
    4015: _get_with_id_that_is_not_utf8,
    4016: _retrack_twice,
    4017: lambda bench: _create(bench, tracking_number="with space"),
}
CODES = [
    (version, int(code))
    for version in target.versions()
    for code in sorted(target.document(version)["x-errors"])
]


def _bench_of(version: str, code: int) -> tuple[Bench, httpx.Client]:
    keys = {KEY: None, KEY.replace("0", "2"): ["aftership:courier:read"]}
    mock = Mock(keys=keys, clock=ManualClock(), seed=1, documents=target.ReadOnce, enforce_limits=code == 429)
    changes: list[Callable[[httpx.Request], httpx.Request] | None] = [None]

    def send(request: httpx.Request) -> httpx.Response:
        return mock.transport().handle_request(request if changes[0] is None else changes[0](request))

    def change_requests(change: Callable[[httpx.Request], httpx.Request] | None) -> None:
        changes[0] = change

    http_client = httpx.Client(transport=httpx.MockTransport(send))
    client = importlib.import_module(package_of(version)).AfterShip(
        api_key=KEY, http_client=http_client, limiter=None, max_retries=0
    )
    return Bench(client, mock, change_requests), http_client


# Some codes are for values outside of their limits, and the client says so before.
@pytest.mark.filterwarnings("ignore::aftership_tracking.errors.LikelyMistakeWarning")
@pytest.mark.parametrize(("version", "code"), CODES)
def test_documented_code(version: str, code: int, caplog: pytest.LogCaptureFixture) -> None:
    bench, http_client = _bench_of(version, code)
    caplog.set_level(logging.DEBUG, "aftership_tracking")
    with http_client, pytest.raises(ApiError) as caught:
        MAKERS[code](bench)
    error = caught.value
    documented = target.document(version)["x-errors"][str(code)]
    assert type(error) is CLASSES[code]
    assert (error.status, error.code, error.type) == (documented["status"], code, documented["type"])
    assert isinstance(error.code, ErrorCode)
    assert error.hint == error.code.advice
    assert error.hint
    sentence = str(error)
    assert error.message in sentence
    assert error.hint in sentence
    assert str(code) in sentence
    assert f"{error.method} {error.path}: " in sentence
    assert error.path.startswith(f"/tracking/{version}/")
    assert error.trace_id is not None
    assert error.trace_id in sentence
    assert error.headers["as-trace-id"] == error.trace_id
    assert error.operation
    assert len(error.attempts) == 1
    assert json.loads(error.body)["meta"]["code"] == code
    assert len(error.body) <= BODY_BYTES_ON_ERROR
    assert KEY not in sentence + repr(error) + repr(vars(error)) + caplog.text
    if code == 4003:
        assert isinstance(error, errors.AlreadyExistsError)
        assert error.existing_tracking_number == NUMBER
        assert error.existing_id
    if code == 429:
        assert error.retry_after is not None


def test_every_code_can_be_caused() -> None:
    assert {code for _, code in CODES} == set(MAKERS)
    # 4002 belongs to the API before its dated versions.
    assert set(ErrorCode) - set(MAKERS) == {ErrorCode.INVALID_JSON_LEGACY}
    assert CLASSES.keys() == set(ErrorCode)


@pytest.mark.parametrize("version", target.versions())
def test_operations_name_only_codes_that_the_document_explains(version: str) -> None:
    from aftership_tracking.runtime import registry

    explained = {int(code) for code in target.document(version)["x-errors"]}
    for operation in registry.operations(version).values():
        assert set(operation.errors) <= explained


@pytest.mark.parametrize("code", [401, 404, 429, 500, 4004])
def test_async_client_raises_the_same(code: int) -> None:
    version = target.versions()[-1]
    bench, http_client = _bench_of(version, code)
    with http_client, pytest.raises(ApiError) as expected:
        MAKERS[code](bench)
    body, status = expected.value.body, expected.value.status

    async def run() -> None:
        response = httpx.Response(status, content=body, headers={"as-trace-id": "0" * 32})
        transport = httpx.MockTransport(lambda request: response)
        async with httpx.AsyncClient(transport=transport) as given:
            client = importlib.import_module(package_of(version)).AsyncAfterShip(
                api_key=KEY, http_client=given, limiter=None, max_retries=0
            )
            await client.trackings.get("p1")

    with pytest.raises(ApiError) as caught:
        asyncio.run(run())
    found, wanted = caught.value, expected.value
    assert type(found) is type(wanted)
    assert (found.status, found.code, found.type, found.message, found.hint, found.body) == (
        wanted.status,
        wanted.code,
        wanted.type,
        wanted.message,
        wanted.hint,
        wanted.body,
    )


def test_large_error_page_is_stored_up_to_a_limit() -> None:
    page = b"<html>" + b"x" * 1_000_000
    transport = httpx.MockTransport(lambda request: httpx.Response(502, content=page))
    with httpx.Client(transport=transport) as given:
        client = importlib.import_module(package_of("2026-07")).AfterShip(
            api_key=KEY, http_client=given, limiter=None, max_retries=0
        )
        with pytest.raises(errors.ServerError) as caught:
            client.trackings.get("p1")
    assert caught.value.body == page[:BODY_BYTES_ON_ERROR]
    assert len(repr(vars(caught.value))) < 10_000
    assert "xxx" not in str(caught.value)
