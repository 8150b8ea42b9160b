"""Fixtures of the runtime tests: clients of the sample package and of the newest version, a manual clock."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

# The client imports the sample by its dotted name, like the models of a version.
_spec = importlib.util.spec_from_file_location(
    "runtime_sample", Path(__file__).with_name("runtime_sample.py")
)
assert _spec is not None
assert _spec.loader is not None
if "runtime_sample" not in sys.modules:
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["runtime_sample"] = _module
    _spec.loader.exec_module(_module)

import runtime_sample as sample  # noqa: E402

from aftership_tracking.runtime import registry  # noqa: E402
from aftership_tracking.runtime.clocks import Clocks, use_clocks  # noqa: E402

KEY = "asat_0123456789abcdef0123456789abcdef"
TRACKING_ID = "5b7658cec7c33c0e007de3c5"
NEWEST = registry.package(registry.versions()[-1])


class Service:
    """Responds to requests from a list, or by a function, and records the requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.responses: list[Any] = []
        self.respond: Callable[[httpx.Request], httpx.Response] | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.respond is not None:
            return self.respond(request)
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    def reply(self, data: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> None:
        content = data if isinstance(data, bytes) else json.dumps(data).encode()
        kind = {"content-type": "application/json", "as-trace-id": "0123456789abcdef0123456789abcdef"}
        self.responses.append(httpx.Response(status, content=content, headers={**kind, **(headers or {})}))

    def reply_parcel(self, **parcel: Any) -> None:
        self.reply(sample.envelope({"tracking": {"id": "p1", **parcel}}))

    def fail(self, error: Exception) -> None:
        self.responses.append(error)


class Hands:
    """A clock that only sleeping, or a test by hand, moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
        # Who waits for another task lets it run.
        await asyncio.sleep(0)

    def clocks(self) -> Clocks:
        return Clocks(
            monotonic=lambda: self.now,
            clock=lambda: self.now,
            random=lambda: 0.5,
            sleep=self.sleep,
            sleep_async=self.sleep_async,
        )


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("AFTERSHIP_"):
            monkeypatch.delenv(name)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def make(service: Service, hands: Hands) -> Iterator[Callable[..., sample.Sample]]:
    opened: list[httpx.Client] = []

    def build(clocks: Clocks | None = None, **settings: Any) -> sample.Sample:
        http = httpx.Client(transport=httpx.MockTransport(service))
        opened.append(http)
        with use_clocks(clocks or hands.clocks()):
            return sample.Sample(**{"api_key": KEY, "http_client": http, **settings})

    yield build
    for http in opened:
        http.close()


@pytest.fixture
def client(make: Callable[..., sample.Sample]) -> sample.Sample:
    return make()


@pytest.fixture
def make_async(service: Service, hands: Hands) -> Callable[..., sample.AsyncSample]:
    def build(clocks: Clocks | None = None, **settings: Any) -> sample.AsyncSample:
        http = httpx.AsyncClient(transport=httpx.MockTransport(service))
        with use_clocks(clocks or hands.clocks()):
            return sample.AsyncSample(**{"api_key": KEY, "http_client": http, **settings})

    return build


class Recorder:
    """A transport that responds to everything with one tracking, or with an empty list of them."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        tracking = {"id": TRACKING_ID, "tracking_number": "1Z"}
        pagination = {"total": 0, "next_cursor": "", "has_next_page": False}
        data = {**tracking, "trackings": [], "pagination": pagination, "couriers": []}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    @property
    def body(self) -> Any:
        return json.loads(self.requests[-1].content)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def newest(recorder: Recorder) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(recorder))
    return NEWEST.AfterShip(KEY, http_client=http, limiter=None)


@pytest.fixture
def newest_async(recorder: Recorder) -> Any:
    http = httpx.AsyncClient(transport=httpx.MockTransport(recorder))
    return NEWEST.AsyncAfterShip(KEY, http_client=http, limiter=None)
