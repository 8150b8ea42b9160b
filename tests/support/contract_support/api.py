"""Calls operations of a document by name, against an application in this process, with plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from contract_support.asgi import Answer, Application, call, request
from contract_support.operations import Operation, operations, server_prefix
from contract_support.run import API_KEY


class RefusedError(AssertionError):
    """A call that a check needs for its set-up was refused."""


@dataclass(frozen=True)
class Api:
    """One application, spoken to in the words of one document."""

    document: Mapping[str, Any]
    application: Application
    key: str | None = API_KEY
    _operations: dict[str, Operation] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._operations.update({item.identifier: item for item in operations(self.document)})

    def has(self, identifier: str) -> bool:
        return identifier in self._operations

    def answer(
        self,
        identifier: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Call an operation and give whatever comes back."""
        operation = self._operations[identifier]
        target = operation.path
        for name, value in (path or {}).items():
            target = target.replace("{" + name + "}", quote(value, safe=""))
        return call(
            self.application,
            request(
                operation.method,
                server_prefix(self.document) + target,
                query=urlencode(query or {}, safe=","),
                body=body,
                key=self.key,
            ),
        )

    def data(
        self,
        identifier: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Any:
        """Call an operation that must succeed and give the `data` of its answer.

        Raises:
            RefusedError: the answer was no success.
        """
        answer = self.answer(identifier, path, query, body)
        if answer.status >= 300:
            raise RefusedError(f"{identifier} answered {answer.status}: {answer.body[:300]!r}")
        return answer.json()["data"]

    def create(self, tracking_number: str, **fields: Any) -> dict[str, Any]:
        """Create one tracking and give it back as the API sees it."""
        body = {"tracking": {"tracking_number": tracking_number, **fields}}
        tracking: dict[str, Any] = self.data("create-tracking", body=body)["tracking"]
        return tracking

    def list(self, **query: str) -> list[dict[str, Any]]:
        """Give the trackings of one page."""
        trackings: list[dict[str, Any]] = self.data("get-trackings", query=query)["trackings"]
        return trackings
