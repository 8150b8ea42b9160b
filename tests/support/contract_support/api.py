"""Calls operations of a document by name, against an application in this process, with plain JSON.

Where a version wraps a body, or where in an answer the thing itself stands, is read from the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from contract_support.asgi import Answer, Application, call, request
from contract_support.operations import Operation, body_fields, operations, server_prefix
from contract_support.run import API_KEY

Texts = Mapping[str, str]


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

    def answer(
        self, identifier: str, path: Texts | None = None, query: Texts | None = None, body: Any = None
    ) -> Answer:
        """Call an operation and give whatever comes back. The body is the whole one, wrapper and all."""
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

    def envelope(
        self, identifier: str, path: Texts | None = None, query: Texts | None = None, fields: Any = None
    ) -> Any:
        """Call an operation that must succeed and give the whole body of its answer.

        Args:
            fields: the body without its wrapper.

        Raises:
            RefusedError: the answer was no success.
        """
        body = None if fields is None else self._operations[identifier].wrapped(fields)
        answer = self.answer(identifier, path, query, body)
        if answer.status >= 300:
            raise RefusedError(f"{identifier} answered {answer.status}: {answer.body[:300]!r}")
        return answer.json()

    def result(
        self, identifier: str, path: Texts | None = None, query: Texts | None = None, fields: Any = None
    ) -> Any:
        """Call an operation that must succeed and give what its answer is about: of a page, the items."""
        return self._operations[identifier].unwrapped(self.envelope(identifier, path, query, fields))

    def create(self, tracking_number: str, **fields: Any) -> dict[str, Any]:
        """Create one tracking and give it back as the API sees it."""
        given = {"tracking_number": tracking_number, **fields}
        tracking: dict[str, Any] = self.result("create-tracking", fields=given)
        return tracking

    def get(self, identifier: str) -> dict[str, Any]:
        """Read one tracking by its id."""
        tracking: dict[str, Any] = self.result("get-tracking-by-id", {"id": identifier})
        return tracking

    def update(self, identifier: str, **fields: Any) -> dict[str, Any]:
        """Change one tracking and give it back as the API sees it."""
        tracking: dict[str, Any] = self.result("update-tracking-by-id", {"id": identifier}, fields=fields)
        return tracking

    def complete(self, identifier: str, reason: str) -> None:
        """Mark one tracking as completed."""
        self.result("mark-tracking-completed-by-id", {"id": identifier}, fields={"reason": reason})

    def list(self, **query: str) -> list[dict[str, Any]]:
        """Give the trackings of one page."""
        trackings: list[dict[str, Any]] = self.result("get-trackings", query=query)
        return trackings

    def creatable(self) -> Mapping[str, Any]:
        """The fields that a create takes, with their schemas."""
        return body_fields(self._operations["create-tracking"])
