"""No id, slug or tracking number can change where a request goes, as the bytes on the wire prove."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aftership_tracking.errors import NotFoundError, UsageError
from contract_support import target
from contract_support.client.calls import argument_name, package_of
from contract_support.document.examples import example_of
from contract_support.document.operations import Operation, operations, server_prefix
from contract_support.document.valid_samples import sample_body
from fault_support.responses import error, reply
from fault_support.server import HostileServer
from fault_support.wire import Recorder, recording_client

HOST = "api.aftership.com"
SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")
NASTY = (
    "..",
    ".",
    "...",
    "../..",
    "../../couriers",
    "a/../../b",
    "..\\..\\couriers",
    "%2e%2e",
    "%2e%2e%2fcouriers",
    "%252e%252e",
    "..;/",
    "/",
    "//evil.example/",
    "http://evil.example/",
    "@evil.example",
    "p1?api_key=x",
    "p1#fragment",
    "p1&a=b",
    "p1;a=b",
    "p1/retrack",
    "p1/",
    "/p1",
    "p1\r\nhost: evil.example",
    "p1 HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    "p1\n\n",
    "p1\x00",
    "p1\t",
    " p1 ",
    "",
    " ",
    "\u2028",
    "\uff0e\uff0e",
    "\uff0fcouriers",
    "\u202ep1",
    "é",
    "\U0001f4e6",
    "\ud800",
    "+",
    "%",
    "%zz",
    "{id}",
    "*",
    "~",
    "[::1]",
    "RA123456789US",
    "A/B.C_D-E",
    "x" * 3000,
)


class PathCall(NamedTuple):
    """One operation with values in its path, and the other arguments of a call."""

    version: str
    operation: Operation
    names: tuple[str, ...]
    arguments: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.version} {self.operation.identifier}"

    def call(self, client: Any, values: tuple[str, ...]) -> None:
        """Call the method. The response is always a 404."""
        resource, method = self.operation.purpose
        with pytest.raises(NotFoundError):
            getattr(getattr(client, resource), method)(*values, **self.arguments)

    def expected(self, values: tuple[str, ...]) -> list[str]:
        """Return the segments of the path, each as it must be after it is decoded by itself."""
        given = dict(zip(self.names, values, strict=True))
        template = (server_prefix(target.document(self.version)) + self.operation.path).split("/")
        return [given[part[1:-1]] if part.startswith("{") else part for part in template]


@cache
def path_calls() -> tuple[PathCall, ...]:
    """Return every operation of every version that has a value in its path."""
    return tuple(path_call for version in target.versions() for path_call in _path_calls_of(version))


def _path_calls_of(version: str) -> Iterator[PathCall]:
    document = target.document(version)
    for operation in operations(document):
        names = tuple(part[1:-1] for part in operation.path.split("/") if part.startswith("{"))
        if not names:
            continue
        query = {
            parameter.name: example_of(document, parameter.definition)
            for parameter in operation.parameters
            if parameter.location == "query" and parameter.required
        }
        body = sample_body(document, operation)
        named = {argument_name(operation, name): value for name, value in body.items()}
        yield PathCall(version, operation, names, {**query, **named})


class RecordedClients:
    """Clients of every version whose bytes are recorded."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        http_client = recording_client(self.recorder)
        self.clients = {
            version: importlib.import_module(package_of(version)).AfterShip(
                api_key="k" * 8, http_client=http_client, limiter=None, max_retries=0
            )
            for version in target.versions()
        }

    def send(self, path_call: PathCall, values: tuple[str, ...]) -> bytes | None:
        """Call, and return the bytes of the request; None when it was refused before anything was sent."""
        self.recorder.take()
        try:
            path_call.call(self.clients[path_call.version], values)
        except UsageError:
            assert self.recorder.take() == b""
            return None
        return self.recorder.take()


@pytest.fixture(scope="module")
def recorded() -> RecordedClients:
    return RecordedClients()


def may_be_refused(value: str) -> bool:
    return not value.strip() or value in (".", "..") or any("\ud800" <= c <= "\udfff" for c in value)


def check(path_call: PathCall, values: tuple[str, ...], sent: bytes | None, host: str) -> None:
    """Compare the bytes of a request with the route in the document."""
    if sent is None:
        assert any(may_be_refused(value) for value in values), values
        return
    assert not any(may_be_refused(value) for value in values), values
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    method, url, protocol = first.split(" ")
    assert (method, protocol) == (path_call.operation.method, "HTTP/1.1")
    path, _, query = url.partition("?")
    assert dict(parse_qsl(query)).keys() <= path_call.arguments.keys()
    assert "#" not in url
    expected = path_call.expected(values)
    segments = path.split("/")
    assert [unquote(segment, errors="strict") for segment in segments] == expected
    assert set(path) <= SAFE | {"/"}
    assert not {"..", "."} & set(segments)
    hosts = [line for line in lines if line.lower().startswith("host:")]
    assert hosts == [f"Host: {host}"] or hosts == [f"host: {host}"]
    assert (path_call.operation.body_schema is None) == (body == b"")


@pytest.mark.parametrize("path_call", path_calls(), ids=str)
def test_nasty_value_cannot_change_the_route(path_call: PathCall, recorded: RecordedClients) -> None:
    for value in NASTY:
        for at in range(len(path_call.names)):
            values = tuple(value if at == index else "p1" for index in range(len(path_call.names)))
            check(path_call, values, recorded.send(path_call, values), HOST)
    assert recorded.recorder.hosts == [(HOST, 443)]


PIECES = st.sampled_from(
    ["/", "..", ".", "?", "#", "%", "\\", "\r\n", " ", "@", ":", "%2f", "&", "=", "\x00"]
)
STRINGS = st.one_of(
    st.text(max_size=30),
    st.lists(PIECES | st.text(max_size=4), max_size=8).map("".join),
    st.text(st.characters(codec=None, categories=["Cs", "Cc", "Cf", "Zs", "Po"]), max_size=10),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(min_value=0), values=st.lists(STRINGS, min_size=2, max_size=2))
@example(number=0, values=["../couriers?x=1#y", "\r\nhost: evil.example"])
def test_no_string_can_change_the_route(recorded: RecordedClients, number: int, values: list[str]) -> None:
    path_call = path_calls()[number % len(path_calls())]
    given_values = tuple(values[: len(path_call.names)])
    check(path_call, given_values, recorded.send(path_call, given_values), HOST)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(min_value=0), text=STRINGS)
def test_no_string_in_a_query_can_change_it(recorded: RecordedClients, number: int, text: str) -> None:
    version = target.versions()[number % len(target.versions())]
    try:
        with pytest.raises(NotFoundError):
            recorded.clients[version].trackings.list(keyword=text, limit=5)
    except UsageError:
        assert any("\ud800" <= character <= "\udfff" for character in text)
        assert recorded.recorder.take() == b""
        return
    method, url, _ = recorded.recorder.take().split(b"\r\n")[0].decode("ascii").split(" ")
    path, _, query = url.partition("?")
    assert (method, path) == ("GET", f"/tracking/{version}/trackings")
    assert "#" not in query
    assert parse_qsl(query, keep_blank_values=True, errors="strict") == [("keyword", text), ("limit", "5")]


def test_the_same_over_a_real_connection() -> None:
    """A server receives the same bytes as the recorder."""
    tried = 0
    with HostileServer([reply(error(404))]) as server:
        host = server.address.removeprefix("http://")
        for version in (target.versions()[0], target.versions()[-1]):
            package = importlib.import_module(package_of(version))
            with package.AfterShip(
                api_key="k" * 8, base_url=server.address, limiter=None, max_retries=0
            ) as client:
                for path_call in _path_calls_of(version):
                    for value in NASTY:
                        values = (value, "p1")[: len(path_call.names)]
                        server.requests.clear()
                        try:
                            path_call.call(client, values)
                        except UsageError:
                            assert not server.requests
                            continue
                        [request] = server.requests
                        head = (
                            f"{request.method} {request.target} HTTP/1.1\r\n"
                            f"host: {request.header('host')}\r\n\r\n"
                        )
                        check(path_call, values, head.encode("latin-1") + request.body, host)
                        tried += 1
    assert tried > 200
    assert server.connections == 2
