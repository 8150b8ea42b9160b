"""Calls operations of a document by name, against an application in this process, with plain JSON.

The document says how a version wraps a body, and at which path a response has its content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from contract_support.calls.asgi import Application, Response, request, send_request
from contract_support.document.fitting import fit_body
from contract_support.document.operations import Operation, body_fields, operations, server_prefix

API_KEY = "contract-key"
Strings = Mapping[str, str]


class RefusedError(AssertionError):
    """A call that a check needs for its set-up was refused."""


@dataclass(frozen=True)
class Api:
    """One application, called by the operations of one document."""

    document: Mapping[str, Any]
    application: Application
    key: str | None = API_KEY
    _operations: dict[str, Operation] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._operations.update({item.identifier: item for item in operations(self.document)})

    def call(
        self, identifier: str, path: Strings | None = None, query: Strings | None = None, body: Any = None
    ) -> Response:
        """Call an operation and return the response. `body` includes the wrapper."""
        operation = self._operations[identifier]
        target = operation.path
        for name, value in (path or {}).items():
            target = target.replace("{" + name + "}", quote(value, safe=""))
        return send_request(
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
        self, identifier: str, path: Strings | None = None, query: Strings | None = None, fields: Any = None
    ) -> Any:
        """Call an operation that must succeed and return the whole body of its response.

        Args:
            fields: the body without its wrapper, see `body`.

        Raises:
            RefusedError: the call failed.
        """
        response = self.call(
            identifier, path, query, None if fields is None else self.body(identifier, fields)
        )
        if response.status >= 300:
            raise RefusedError(f"{identifier} responded {response.status}: {response.body[:300]!r}")
        return response.json()

    def body(self, identifier: str, fields: Mapping[str, Any]) -> Any:
        """Return the body of a call: these fields in the shape of this version, and all that it needs."""
        operation = self._operations[identifier]
        return operation.wrap(fit_body(self.document, operation, fields))

    def result(
        self, identifier: str, path: Strings | None = None, query: Strings | None = None, fields: Any = None
    ) -> Any:
        """Call an operation that must succeed and return the content of its response, such as the items."""
        return self._operations[identifier].unwrap(self.envelope(identifier, path, query, fields))

    def create(self, tracking_number: str, **fields: Any) -> dict[str, Any]:
        """Create one tracking and return it as the API shows it."""
        given = {"tracking_number": tracking_number, **fields}
        tracking: dict[str, Any] = self.result("create-tracking", fields=given)
        return tracking

    def get(self, identifier: str) -> dict[str, Any]:
        """Read one tracking by its id."""
        tracking: dict[str, Any] = self.result("get-tracking-by-id", {"id": identifier})
        return tracking

    def update(self, identifier: str, **fields: Any) -> dict[str, Any]:
        """Change one tracking and return it as the API shows it."""
        tracking: dict[str, Any] = self.result("update-tracking-by-id", {"id": identifier}, fields=fields)
        return tracking

    def complete(self, identifier: str, reason: str) -> None:
        """Mark one tracking as completed."""
        self.result("mark-tracking-completed-by-id", {"id": identifier}, fields={"reason": reason})

    def list(self, **query: str) -> list[dict[str, Any]]:
        """Return the trackings of one page."""
        trackings: list[dict[str, Any]] = self.result("get-trackings", query=query)
        return trackings

    def creatable(self) -> Mapping[str, Any]:
        """Return the fields that a create takes, with their schemas."""
        return body_fields(self._operations["create-tracking"])
