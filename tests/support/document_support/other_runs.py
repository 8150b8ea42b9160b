"""The same document through the mock and the diff."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import httpx

from aftership_tracking.mock import Mock
from document_support.client_run import TrialError
from document_support.piece import OUTPUT_ONLY, Piece
from generator.diff import diff
from generator.document.document import Document


class Source:
    """One document as the mock reads it."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def versions(self) -> tuple[str, ...]:
        return (self._document.version,)

    def document(self, version: str) -> dict[str, Any]:
        return self._document.raw

    def data(self, name: str) -> Any:
        return {}


def call_mock(document: Document, module: ModuleType, pieces: Sequence[Piece]) -> None:
    """Call every operation of a mock of the document. Raises what the client raises, or `TrialError`."""
    mock = Mock(documents=Source(document))
    http = httpx.Client(transport=mock.transport())
    with module.AfterShip(api_key="k", http_client=http, max_retries=0, limiter=None) as client:
        for piece in pieces:
            if piece.construct in OUTPUT_ONLY:
                continue
            try:
                getattr(client.things, piece.method)(**piece.arguments)
            except Exception as error:
                raise TrialError(f"{piece.construct}: the mock: {type(error).__name__}: {error}") from error


def compare_variants(document: Document, pieces: Sequence[Piece]) -> None:
    """The document differs in nothing from itself, and in something from each of its variants."""
    same = diff(document, Document(document.version, copy.deepcopy(document.raw), document.marks), ())
    if same:
        raise TrialError(f"the document differs from itself: {same[0]}")
    for piece in pieces:
        for what, variant in _variants(document, piece):
            if not diff(document, variant, ()):
                raise TrialError(f"{piece.construct}: the diff is silent about {what}")


def _variants(document: Document, piece: Piece) -> Iterator[tuple[str, Document]]:
    """The document with one change in what belongs to the piece."""
    changed = copy.deepcopy(document.raw)
    del changed["paths"][piece.path]
    yield "an operation that is gone", Document(document.version, changed, document.marks)
    for pointer, value in _types(document.raw, piece):
        changed = copy.deepcopy(document.raw)
        owner: Any = changed
        for part in pointer:
            owner = owner[part]
        owner["type"] = "boolean" if value != "boolean" else "string"
        yield f"another type at {pointer}", Document(document.version, changed, document.marks)
        return  # one is enough for a run; each run draws other values


def _types(raw: dict[str, Any], piece: Piece) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Where a schema of the piece has a plain type: in its parameters, then in its components."""
    operation = raw["paths"][piece.path][piece.http_method]
    for index, parameter in enumerate(operation.get("parameters", ())):
        if isinstance(parameter.get("schema", {}).get("type"), str):
            at = ("paths", piece.path, piece.http_method, "parameters", index, "schema")
            yield at, parameter["schema"]["type"]
    for name in piece.schemas:
        for key, schema in raw["components"]["schemas"][name].get("properties", {}).items():
            if isinstance(schema.get("type"), str):
                yield ("components", "schemas", name, "properties", key), schema["type"]
