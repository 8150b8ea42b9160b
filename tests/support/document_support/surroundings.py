"""Constructs around an operation: security, servers, callbacks, and other things that a document may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from document_support.contents import read
from document_support.piece import CONSTRUCTS, MUST_WORK, Draw, Piece
from document_support.values import WORDS, Value

TEXT = {"type": "string"}


def _piece(draw: Draw, tag: str, name: str, changes: Mapping[str, Any], **more: Any) -> Piece:
    piece = read(tag, name, Value(schema=TEXT, value=draw(WORDS)))
    return Piece(
        construct=name,
        operation={**piece.operation, **changes},
        path=piece.path,
        schemas=piece.schemas,
        response=piece.response,
        **more,
    )


def _register(name: str, changes: Mapping[str, Any], *, must_work: bool = False, **more: Any) -> None:
    CONSTRUCTS[name] = lambda draw, tag: _piece(draw, tag, name, changes, **more)
    if must_work:
        MUST_WORK.add(name)


def _security(name: str, scheme: Mapping[str, Any], *, must_work: bool = False) -> None:
    requirement = [{"Other": []}]
    _register(name, {"security": requirement}, must_work=must_work, security_schemes={"Other": scheme})


SERVERS = [{"url": "https://eu.example.com/2024-01"}]

_register("deprecated operation", {"deprecated": True}, must_work=True)
_register("operation without security", {"security": []}, must_work=True)
_security("HTTP bearer", {"type": "http", "scheme": "bearer"}, must_work=True)
_security("HTTP basic", {"type": "http", "scheme": "basic"})
_security("key in the query", {"type": "apiKey", "in": "query", "name": "key"})
_security("key in another header", {"type": "apiKey", "in": "header", "name": "x-key"})
_security("mutual TLS", {"type": "mutualTLS"})
_register(
    "two proofs at once",
    {"security": [{"Key": [], "Other": []}]},
    security_schemes={"Other": {"type": "http", "scheme": "bearer"}},
)
_register("servers of an operation", {"servers": SERVERS})
_register("servers of a path", {}, path_item={"servers": SERVERS})
_register("callbacks", {"callbacks": {"done": {"{$request.query.url}": {}}}})
_register("external documentation", {"externalDocs": {"url": "https://docs.example.com"}})
