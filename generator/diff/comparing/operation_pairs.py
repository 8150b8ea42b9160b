"""Operations of two documents side by side, with what a path says for all of its operations merged in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import METHODS, Document, Operation


class Direction(StrEnum):
    """Who sends the value: the caller, the service in a response, or the service in a webhook."""

    REQUEST = "request"
    RESPONSE = "response"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """One operation that a change can be seen through, and on which side of it."""

    operation: str
    """The `operationId` of the new document, of the old one for what was removed."""
    direction: Direction
    method: str
    """The method of the client, `trackings.get`; for a webhook the name of its event."""
    request: str
    """`GET /trackings/{id}`; for a webhook its event."""


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation of one document, as its callers see it. A webhook is one too."""

    document: Document
    operation: Operation
    event: str = ""
    """The name of the webhook, empty for an operation."""

    @property
    def raw(self) -> Mapping[str, Any]:
        return self.operation.raw

    @property
    def method(self) -> str:
        """`trackings.get`, or the name of the event."""
        return self.event or f"{self.raw.get('x-resource', '')}.{self.raw.get('x-method', '')}"

    @property
    def request(self) -> str:
        return self.event or f"{self.operation.method.upper()} {self.operation.path}"

    @property
    def resource(self) -> str:
        return "webhooks" if self.event else self.raw.get("x-resource", "") or "general"

    def reach(self, direction: Direction) -> Reach:
        """The operation, seen from one side."""
        return Reach(self.operation.id, direction, self.method, self.request)

    def parameters(self) -> dict[tuple[str, str], tuple[Mapping[str, Any], str]]:
        """(in, name) to parameter and pointer; the operation's own win over those of its path."""
        found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
        item_pointer = pointers.child("", *pointers.split(self.operation.pointer)[:-1])
        item = self.document.resolve(f"#{item_pointer}")
        for owner, pointer in ((item, item_pointer), (self.raw, self.operation.pointer)):
            for at, one in enumerate(owner.get("parameters") or ()):
                value, where = self.document.follow(one, pointers.child(pointer, "parameters", at))
                found[value["in"], value["name"]] = (value, where)
        return found


@dataclass(frozen=True, slots=True)
class OperationPair:
    """One operation in both documents."""

    old: OperationView
    new: OperationView


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which operations belong together, and which stand alone."""

    pairs: tuple[OperationPair, ...]
    added: tuple[OperationView, ...]
    removed: tuple[OperationView, ...]


def operations(old: Document, new: Document) -> Alignment:
    """Operations by id; what is left by address, because an id may change while the address stays."""
    before, after = ([OperationView(one, item) for item in _sort_operations(one)] for one in (old, new))
    pairs: list[OperationPair] = []
    for key in (_by_id, _by_address, _by_method):
        known = {key(one): one for one in before}
        for view in list(after):
            match = known.pop(key(view), None) if key(view) else None
            if match is not None:
                pairs.append(OperationPair(match, view))
                before.remove(match)
                after.remove(view)
    return Alignment(tuple(pairs), tuple(after), tuple(before))


def webhooks(old: Document, new: Document) -> Alignment:
    """Webhooks by the name of their event."""
    before, after = ({one.event: one for one in _webhooks(document)} for document in (old, new))
    return Alignment(
        tuple(OperationPair(before[name], view) for name, view in after.items() if name in before),
        tuple(view for name, view in after.items() if name not in before),
        tuple(view for name, view in before.items() if name not in after),
    )


def _webhooks(document: Document) -> Iterator[OperationView]:
    for event, item in sorted((document.raw.get("webhooks") or {}).items()):
        for method, raw in sorted(item.items()):
            if method in METHODS:
                pointer = pointers.child("", "webhooks", event, method)
                yield OperationView(
                    document, Operation(raw.get("operationId", event), method, event, raw, pointer), event
                )


def _sort_operations(document: Document) -> list[Operation]:
    """By path and verb: the order in the document means nothing."""
    return sorted(document.operations(), key=lambda one: (one.path, one.method))


def _by_id(view: OperationView) -> str:
    return view.operation.id


def bare(path: str) -> str:
    """A path template without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _by_address(view: OperationView) -> str:
    """Verb and path; the names of path parameters say nothing to the service."""
    return f"{view.operation.method} {bare(view.operation.path)}"


def _by_method(view: OperationView) -> str:
    return view.method if view.raw.get("x-method") else ""
