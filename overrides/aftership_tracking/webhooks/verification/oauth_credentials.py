"""Reads the credentials of a client at a Token URL: HTTP Basic, fields of a form, members of a JSON body."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote_plus

from aftership_tracking.webhooks.incoming.headers import HeaderValues

__all__ = ["PRESENTATIONS", "BadRequest", "TokenRequest", "read_token_request"]

PRESENTATIONS = ("basic", "form", "json")
_MOST_FIELDS = 50


class BadRequest(ValueError):  # noqa: N818 - it becomes a response, it is not a failure
    """The request cannot be read. The message is sent to the client, so it shows nothing of the request."""


Pair: TypeAlias = "tuple[str, str]"


class TokenRequest(NamedTuple):
    """A request for a token."""

    ways: tuple[tuple[Pair, ...], ...]
    """Client id and secret in each way in which they were presented. Each way holds every spelling that they
    may have had.
    """
    client_id: str | None
    """The client that a field names, with or without a secret."""
    fields: Mapping[str, str]
    """The other fields, such as `grant_type` and `scope`."""

    def __repr__(self) -> str:
        return f"TokenRequest(ways: {len(self.ways)})"


def read_token_request(headers: HeaderValues, body: bytes, allowed: Collection[str]) -> TokenRequest:
    """Read what a request presents, in the ways that are allowed. Raises BadRequest."""
    fields = _read_fields(headers, body, allowed)
    ways: list[tuple[Pair, ...]] = []
    authorization = headers.get("authorization", ())
    if len(authorization) > 1:
        raise BadRequest("there is more than one Authorization header")
    if authorization and "basic" in allowed:
        ways.append(_read_basic(authorization[0]))
    client_id, secret = fields.get("client_id"), fields.get("client_secret")
    if client_id is not None and secret is not None:
        ways.append(((client_id, secret),))
    rest = {name: value for name, value in fields.items() if name not in ("client_id", "client_secret")}
    return TokenRequest(tuple(ways), client_id, rest)


def _read_fields(headers: HeaderValues, body: bytes, allowed: Collection[str]) -> dict[str, str]:
    kind = headers.get("content-type", ("",))[0].partition(";")[0].strip().lower()
    if kind == "application/json" and "json" in allowed:
        return _read_json(body)
    # Even with Basic alone, the body holds grant_type, as a form.
    if not body or kind not in ("application/x-www-form-urlencoded", ""):
        return {}
    pairs: list[tuple[str, str]] | None = None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        pairs = None
    if pairs is None:
        raise BadRequest("the body is not a form")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest("a field comes more than once")
    if "form" not in allowed:
        fields.pop("client_secret", None)
    return fields


def _read_json(body: bytes) -> dict[str, str]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise BadRequest("the body is not a JSON object")
    return {name: value for name, value in content.items() if isinstance(value, str)}


def _read_basic(authorization: str) -> tuple[Pair, ...]:
    scheme, _, encoded = authorization.strip().partition(" ")
    decoded: str | None = None
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(encoded.strip().encode("ascii"), validate=True).decode("utf-8")
        except (ValueError, binascii.Error):
            decoded = None
    if decoded is None or ":" not in decoded:
        raise BadRequest("the Authorization header is not HTTP Basic")
    client_id, _, secret = decoded.partition(":")
    # By the standard both parts are form-encoded. Many clients send them as they are.
    return (client_id, secret), (unquote_plus(client_id), unquote_plus(secret))
