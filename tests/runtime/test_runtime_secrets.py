"""No key is ever shown: not in repr, errors, tracebacks with all their variables, or logs."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import AfterShipError
from aftership_tracking.runtime.auth.signing import ApiKey, HmacSignature
from aftership_tracking.runtime.options import Options
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request

KEY = "asat_0123456789abcdef0123456789abcdef"
SECRET = "asek_topsecret"
EXTRA = "store-secret-42"


def shown(error: BaseException) -> str:
    """Everything that a crash reporter could collect from an error."""
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return text + repr(error) + str(error) + repr(getattr(error, "__dict__", ""))


FAILURES: list[Any] = [
    httpx.Response(401, json={"meta": {"code": 401, "message": f"key {KEY} is wrong"}, "data": {"key": KEY}}),
    httpx.Response(500, text=f"<html>{KEY} {SECRET}</html>", headers={"x-echo": KEY}),
    httpx.Response(200, text=f"not json {KEY}"),
    httpx.Response(200, json={"meta": {"code": 200}, "data": {"tracking": {"title": 5, "note": KEY}}}),
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    httpx.InvalidURL("odd"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: repr(failure)[:40])
@pytest.mark.parametrize("auth", ["api_key", "aes"])
def test_no_failure_shows_a_secret(service, make, caplog, failure, auth):
    secret = SECRET if auth == "aes" else None
    client = make(strict=True, auth=auth, api_secret=secret, max_retries=1, headers={"as-extra": EXTRA})
    service.respond = lambda request: _give(failure)
    with caplog.at_level(logging.DEBUG), pytest.raises(AfterShipError) as caught:
        client.parcels.get("p1", options=Options(headers={"as-more": EXTRA}))
    # The frames of this test and of its stub do not belong to the package.
    text = shown(caught.value.with_traceback(_ours(caught.value.__traceback__)))
    # The client can only recognize the secrets that it was given.
    for hidden in (KEY, EXTRA, *([SECRET] if secret else [])):
        assert hidden not in text
        assert hidden not in caplog.text
    signature = service.requests[0].headers.get("as-signature-hmac-sha256")
    assert (signature is not None) == (auth == "aes")
    assert signature is None or signature not in text


def _give(failure: Any) -> httpx.Response:
    if isinstance(failure, Exception):
        raise failure
    return failure


def _ours(trace: Any) -> Any:
    while trace is not None and "aftership_tracking" not in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    assert trace is not None
    return trace


@pytest.mark.parametrize(
    "settings",
    [{"base_url": "ftp://x"}, {"timeout": 0}, {"http_client": object()}, {"auth": "rsa"}, {"limiter": "x"}],
)
def test_constructor_that_fails_shows_no_secret(settings):
    with pytest.raises(AfterShipError) as caught:
        sample.Sample(**{"api_key": KEY, "api_secret": SECRET, "auth": "aes", **settings})
    trace = _ours(caught.value.__traceback__)
    # choose_credentials itself must look at the key; when it refuses, its own frame is the one exception.
    if settings.get("auth") != "rsa":
        assert KEY not in shown(caught.value.with_traceback(trace))
    assert KEY not in str(caught.value)


def test_repr_of_everything(make):
    key, secret = Secret(KEY), Secret(SECRET)
    client = make(auth="aes", api_secret=SECRET, headers={"as-extra": EXTRA})
    setup = client._setup
    request = HmacSignature(key, secret, lambda: 0.0).sign(
        Request("GET", f"https://x/a?b={EXTRA}", Headers())
    )
    options = Options(headers={"as-more": EXTRA})
    things = [
        client,
        client.parcels,
        setup,
        setup.settings,
        setup.credentials,
        key,
        secret,
        ApiKey(key),
        request,
        request.headers,
        request._replace(body=KEY.encode()),
        options,
        client._transport,
    ]
    text = "".join(f"{thing!r} {thing} {thing:}" for thing in map(repr, things))
    text += "".join(f"{thing}" for thing in things)
    for hidden in (KEY, SECRET, EXTRA, request.headers["as-signature-hmac-sha256"]):
        assert hidden not in text


def test_cause_is_preserved_without_the_frames_of_the_http_library(service, make):
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset") from OSError("inner")

    service.respond = fail
    with pytest.raises(AfterShipError) as caught:
        make(max_retries=0).parcels.get("p1")
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.ReadError)
    assert (cause.__traceback__, cause.__cause__, cause.__context__) == (None, None, None)


def test_short_keys_are_not_masked_inside_words():
    assert Secret("k").erase(b"tracking") == b"tracking"
    assert Secret(KEY).erase(f"tracking {KEY}".encode()) == b"tracking ***"


def test_secrets_are_not_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))


def test_events_show_no_secret(service, make):
    events: list[Any] = []
    service.reply_parcel()
    make(hooks=[events.append]).parcels.get("p1")
    assert len(events) == 4
    assert KEY not in repr(events)


def test_bucket_names_do_not_contain_a_key(service, make):
    names: list[str] = []

    class Limiter:
        def acquire(self, slot_request: Any) -> Any:
            from aftership_tracking.runtime.limits import Grant

            names.append(slot_request.bucket)
            return Grant(wait=0, reserved=True)

        def learn(self, slot_request: Any, status: int, headers: Any) -> None: ...

    service.reply_parcel()
    service.reply_parcel()
    client = make(limiter=Limiter())
    client.parcels.get("p1")
    client.with_options(api_key="asat_other").parcels.get("p1")
    assert KEY not in names[0]
    assert names[0] != names[1]
