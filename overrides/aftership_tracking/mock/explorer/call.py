"""A call as a form describes it: what is sent to the mock, and what the snippets are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.wire.message import MockRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What is sent, whatever sends it.

    Attributes:
        document: of the version.
        prefix: the path before the operation's own, such as `/tracking/2024-01`.
        origin: scheme and host of the service.
        key_header: the header of the API key.
        path: the values of the path, as they were typed.
        query: those of the query; a list is one value with commas.
        headers: those of the header parameters.
        body: as it is sent; None without a body.
        value: the JSON value of the body; None if there is none, or it is not JSON.
        is_json: whether the body is JSON.
    """

    version: str
    document: Mapping[str, Any] = field(repr=False)
    operation: ApiOperation
    prefix: str
    origin: str
    key_header: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str | None = None
    value: Any = None
    is_json: bool = False

    @property
    def target(self) -> str:
        """Path and query, percent-encoded."""
        path = self.operation.template
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        query = "&".join(
            f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in self.query.items()
        )
        return self.prefix + path + (f"?{query}" if query else "")

    @property
    def url(self) -> str:
        """Where the service has it. The explorer never calls it."""
        return self.origin + self.target

    @property
    def all_headers(self) -> dict[str, str]:
        """All headers but the one of the key."""
        found = dict(self.headers)
        if self.body is not None and self.operation.body is not None:
            found["content-type"] = self.operation.body.header
        return found

    def key_header_of(self, key: str) -> dict[str, str]:
        """The header with a key, as the operation wants it; none for one that needs no key."""
        if self.operation.security == "open":
            return {}
        if self.operation.security == "bearer":
            return {"authorization": f"Bearer {key}"}
        return {self.key_header: key}

    def request(self, key: str) -> MockRequest:
        """The same call as a request to the mock in this process."""
        path, _, query = self.target.partition("?")
        headers = {**self.all_headers, **self.key_header_of(key)}
        return MockRequest(
            self.operation.method,
            path.encode("ascii"),
            query.encode("ascii"),
            {name.lower(): value for name, value in headers.items()},
            b"" if self.body is None else self.body.encode(),
        )
