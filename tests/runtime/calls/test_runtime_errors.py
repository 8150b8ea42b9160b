"""Errors: the right class for every response, and all fields that help to understand it."""

from __future__ import annotations

import builtins
import inspect
import pickle

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking import errors
from aftership_tracking.errors import (
    AlreadyExistsError,
    ApiError,
    AuthenticationError,
    ConnectError,
    ErrorCode,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TimeoutError,  # noqa: A004
    TransportError,
    ValidationError,
)
from aftership_tracking.runtime.calls.response_errors import read_error
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Response

CODES = [
    (400, 400, ValidationError),
    *[(400, code, ValidationError) for code in range(4001, 4018) if code not in (4003, 4004)],
    (400, 4003, AlreadyExistsError),
    (404, 4004, NotFoundError),
    (401, 401, AuthenticationError),
    (403, 403, PermissionDeniedError),
    (404, 404, NotFoundError),
    (429, 429, RateLimitError),
    (500, 500, ServerError),
    (502, 502, ServerError),
    (503, 503, ServerError),
    (504, 504, ServerError),
]


@pytest.mark.parametrize(("status", "code", "cls"), CODES)
def test_every_documented_code(service, make, status, code, cls):
    service.reply(sample.envelope({}, code, type="BadRequest", message="No."), status)
    with pytest.raises(ApiError) as caught:
        make(max_retries=0).parcels.get("p1")
    error = caught.value
    assert type(error) is cls
    assert (error.status, error.code, error.type, error.message) == (status, code, "BadRequest", "No.")
    assert isinstance(error.code, ErrorCode)
    assert error.hint == error.code.advice
    assert error.hint
    assert error.trace_id == "0123456789abcdef0123456789abcdef"
    assert (error.method, error.path, error.operation) == (
        "GET",
        "/tracking/2024-01/trackings/p1",
        "get-parcel",
    )
    assert len(error.attempts) == 1
    assert str(error).startswith(f"GET /tracking/2024-01/trackings/p1: {status}")
    assert "No." in str(error)


def test_codes_and_classes_are_complete():
    assert {code for _, code, _ in CODES} == set(ErrorCode)
    assert all(code.advice for code in ErrorCode)


@pytest.mark.parametrize(
    ("status", "body", "kind", "cls"),
    [
        (502, b"<html>Bad gateway</html>", "text/html", ServerError),
        (503, b"", "text/plain", ServerError),
        (401, b"{}", "application/json", AuthenticationError),
        (404, b'{"meta": null}', "application/json", NotFoundError),
        (404, b'{"meta": {"code": "4004"}}', "application/json", NotFoundError),
        (429, b"[]", "application/json", RateLimitError),
        (403, b'{"meta": {"code": 403', "application/json", PermissionDeniedError),
        (400, b'{"meta": {"code": 4999, "message": "?"}}', "application/json", ValidationError),
        (500, b'{"meta": {"code": 4003}}', "application/json", ServerError),
        (413, b"", "text/plain", ApiError),
        (418, b"\xff\xfe", "text/plain", ApiError),
        (599, b"[" * 100_000, "application/json", ServerError),
        (301, b"", "text/html", ApiError),
    ],
)
def test_error_pages_that_are_not_from_the_api(service, make, status, body, kind, cls):
    service.reply(body, status, {"content-type": kind})
    with pytest.raises(ApiError) as caught:
        make(max_retries=0).parcels.get("p1")
    assert type(caught.value) is cls
    assert caught.value.status == status
    assert caught.value.body == body[:4096]
    assert "<html>" not in str(caught.value)


def test_error_with_the_status_of_a_success(service, client):
    service.reply(sample.envelope({}, 4004, message="gone"))
    with pytest.raises(NotFoundError, match="gone"):
        client.parcels.get("p1")


@pytest.mark.parametrize("wrapped", [True, False])
def test_existing_tracking(service, client, wrapped):
    there = {"id": "p9", "slug": "usps", "tracking_number": "RA1"}
    service.reply(sample.envelope({"tracking": there} if wrapped else there, 4003), 400)
    with pytest.raises(AlreadyExistsError) as caught:
        client.parcels.create(tracking_number="RA1")
    error = caught.value
    assert (error.existing_id, error.existing_slug, error.existing_tracking_number) == ("p9", "usps", "RA1")


@pytest.mark.parametrize("data", [{}, None, [], {"tracking": None}, {"id": 5}, {"id": ""}])
def test_existing_tracking_that_the_response_does_not_name(data):
    assert AlreadyExistsError("x", status=400, data=data).existing_id is None


@pytest.mark.parametrize(
    ("raised", "cls", "sent"),
    [
        (httpx.ConnectError("refused"), ConnectError, False),
        (httpx.ConnectTimeout("slow"), TimeoutError, False),
        (httpx.PoolTimeout("full"), TimeoutError, False),
        (httpx.ReadTimeout("slow"), TimeoutError, True),
        (httpx.WriteTimeout("slow"), TimeoutError, True),
        (httpx.ReadError("reset"), TransportError, True),
        (httpx.RemoteProtocolError("cut"), TransportError, True),
        (httpx.DecodingError("gzip"), TransportError, True),
        (httpx.ProxyError("no"), ConnectError, False),
        (OSError("broken"), TransportError, True),
        (builtins.TimeoutError(), TimeoutError, True),
    ],
)
def test_every_network_failure_is_an_error_of_this_package(service, make, raised, cls, sent):
    service.fail(raised)
    with pytest.raises(errors.AfterShipError) as caught:
        make(max_retries=0).parcels.get("p1")
    assert type(caught.value) is cls
    assert caught.value.sent is sent
    assert len(caught.value.attempts) == 1


def test_other_errors_pass_unchanged(service, make):
    service.fail(KeyError("bug"))
    with pytest.raises(KeyError):
        make().parcels.get("p1")


def test_builtin_error_classes_catch_them_too():
    assert issubclass(TimeoutError, builtins.TimeoutError)
    assert issubclass(ConnectError, builtins.ConnectionError)
    assert issubclass(errors.UsageError, ValueError)


def test_errors_can_be_pickled(service, make):
    service.reply(sample.envelope({"id": "p9"}, 4003, message="there"), 400)
    with pytest.raises(AlreadyExistsError) as caught:
        make().parcels.create(a=1)
    service.fail(httpx.ReadTimeout("slow"))
    with pytest.raises(TimeoutError) as timed_out:
        make(max_retries=0).parcels.get("p1")
    for error in (caught.value, timed_out.value, errors.UsageError("wrong", hint="do")):
        copied = pickle.loads(pickle.dumps(error))
        assert type(copied) is type(error)
        assert str(copied) == str(error)
        assert copied.__dict__ == error.__dict__


def test_the_tree_in_the_docstring_has_every_error():
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)]
    names = {cls.__name__ for cls in classes if cls.__module__ == errors.__name__}
    assert errors.__doc__ is not None
    assert [name for name in names if name not in errors.__doc__] == []
    # Left out, so that `import *` does not replace the one of Python.
    assert names - set(errors.__all__) == {"TimeoutError"}


def test_wait_of_a_failing_service_is_not_the_reset_of_the_rate_limit():
    headers = Headers({"x-ratelimit-reset": "1700000004"}.items())
    assert read_error(Response(429, headers, b""), 1_700_000_000.0).retry_after == 4
    assert read_error(Response(503, headers, b""), 1_700_000_000.0).retry_after is None
