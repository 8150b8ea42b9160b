"""The requests that are built for transports of httpx are those that httpx builds itself."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.runtime.options import Timeout
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request
from aftership_tracking.runtime.wire.request_builder import ACCEPT_ENCODING, RequestBuilder

TRANSPORT = httpx.MockTransport(lambda _: httpx.Response(200))
NAMES = st.sampled_from(["as-api-key", "x-one", "x-two", "user-agent"])
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
URLS = st.sampled_from(
    [
        "https://api.aftership.com/tracking/2026-07/trackings/1?lang=de",
        "https://api.aftership.com:8443/tracking",
        "http://127.0.0.1:4010/tracking",
        "http://[::1]:4010/",
        "http://xn--bcher-kva.example/a%20b",
    ]
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
    url=URLS,
    headers=st.dictionaries(NAMES, VALUES).map(lambda values: Headers(values.items())),
    body=st.sampled_from([b"", b"{}", b"x" * 3000]),
)


def what_is_sent(request: httpx.Request) -> tuple[object, ...]:
    headers = {name.lower(): value for name, value in request.headers.raw}
    assert len(headers) == len(request.headers.raw)
    return request.method, request.url, headers, request.content, request.extensions


@given(st.lists(REQUESTS, min_size=1, max_size=6))
def test_requests_are_those_of_httpx_in_any_order(requests: list[Request]) -> None:
    builder = RequestBuilder(TRANSPORT)
    for request in requests:
        timeout = {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0}
        theirs = httpx.Request(
            request.method,
            request.url,
            headers=request.headers.plain(ACCEPT_ENCODING),
            content=request.body or None,
            extensions={"timeout": timeout},
        )
        ours = builder.build(request._replace(timeout=Timeout(connect=5.0, read=30.0)))
        assert what_is_sent(ours) == what_is_sent(theirs)


def test_a_transport_that_changes_its_request_changes_no_other() -> None:
    builder = RequestBuilder(TRANSPORT)
    request = Request("GET", "https://api.aftership.com/", Headers([("as-api-key", "k")]))
    builder.build(request).headers["x-added"] = "1"
    assert "x-added" not in builder.build(request).headers


@pytest.mark.parametrize("key", ["other", "k"])
def test_headers_of_another_host_are_not_taken_over(key: str) -> None:
    builder = RequestBuilder(TRANSPORT)
    hosts = {
        "https://a": "a",
        "https://b": "b",
        "https://b/x": "b",
        "https://b:8443/x": "b:8443",
        "https://b:443/x": "b",
        "http://b:443/x": "b:443",
    }
    for url, host in hosts.items():
        built = builder.build(Request("GET", url, Headers([("as-api-key", key)])))
        assert built.headers["host"] == host
