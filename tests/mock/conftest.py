"""A mock with a clock that stands still, and a short way to call it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from contract_support.document.completion import complete_request
from contract_support.document.installed import ReadOnce

VERSION = "2024-01"


@dataclass
class World:
    """One mock and one caller, who uses one version."""

    version: str = VERSION
    clock: ManualClock = field(default_factory=ManualClock)
    options: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = "test-key"

    def __post_init__(self) -> None:
        self.mock = Mock(clock=self.clock, **{"documents": ReadOnce, **self.options})

    def in_version(self, version: str) -> World:
        """The same mock, called in another version."""
        other = copy.copy(self)
        other.version = version
        return other

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = ReadOnce.document(self.version)
        return found

    def call(self, method: str, path: str, **parts: Any) -> MockResponse:
        parts.setdefault("key", self.key)
        return self.mock.handle(MockRequest.to(method, f"/tracking/{self.version}{path}", **parts))

    def data(self, method: str, path: str, **parts: Any) -> Any:
        """Call, expect success, return `data`. What the version requires besides is sent too."""
        if isinstance(parts.get("json"), dict):
            parts["json"] = self.complete(method, path, parts["json"])
        response = self.call(method, path, **parts)
        assert response.status in (200, 201), response
        # What the mock only makes up, it says; other hints are about the request.
        hint = response.headers.get("as-mock-hint", "")
        assert "the mock has no code" not in hint
        assert "see its log" not in hint
        return response.json["data"]

    def code(self, method: str, path: str, **parts: Any) -> int:
        """Call, expect a refusal, return `meta.code`."""
        response = self.call(method, path, **parts)
        assert response.status >= 400, response
        assert response.headers["as-mock-hint"]
        code: int = response.json["meta"]["code"]
        return code

    def create(self, number: str = "PARCEL0001", slug: str | None = "usps", **fields: Any) -> dict[str, Any]:
        tracking = {"tracking_number": number, **({} if slug is None else {"slug": slug}), **fields}
        return self._one(self.data("POST", "/trackings", json=self.body(tracking)))

    def get(self, identifier: str) -> dict[str, Any]:
        return self._one(self.data("GET", f"/trackings/{identifier}"))

    def update(self, identifier: str, **fields: Any) -> dict[str, Any]:
        return self._one(self.data("PUT", f"/trackings/{identifier}", json=self.body(fields)))

    def complete(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the fields that its operation requires and that it does not have."""
        completed: dict[str, Any] = complete_request(self.document, method, path, body)
        return completed

    def body(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return the body of a tracking's fields in this version."""
        wrapper = self.document["paths"]["/trackings"]["post"].get("x-body-wrapper")
        return {wrapper: fields} if wrapper else fields

    def _one(self, data: dict[str, Any]) -> dict[str, Any]:
        wrapped = self.document["paths"]["/trackings/{id}"]["get"]["x-unwrap"] == "data.tracking"
        found: dict[str, Any] = data["tracking"] if wrapped else data
        return found

    def list_trackings(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data("GET", f"/trackings?{query}")["trackings"]
        return found


class Edited:
    """A source of documents: the installed ones, changed by a function. Each version name gets a copy."""

    def __init__(
        self, change: Callable[[dict[str, Any]], None], versions: tuple[str, ...] = (VERSION,)
    ) -> None:
        self._change = change
        self._versions = versions

    def versions(self) -> tuple[str, ...]:
        return self._versions

    def document(self, version: str) -> dict[str, Any]:
        document = copy.deepcopy(ReadOnce.document(VERSION))
        document["info"]["version"] = version
        document["components"]["headers"]["AsApiVersion"]["schema"] = {"const": version}
        self._change(document)
        return document

    def data(self, name: str) -> Any:
        return documents.data(name)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def edited() -> type[Edited]:
    return Edited


@pytest.fixture
def new_world() -> type[World]:
    return World


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Imported here: most of the tests below need no browser.
    from page_support.browser import running_browser

    with running_browser() as found:
        yield found
