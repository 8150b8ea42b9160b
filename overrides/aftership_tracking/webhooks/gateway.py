"""Deliveries that come as an event of an API gateway or load balancer, and their answers.

Three shapes are read: the REST API of AWS (payload 1.0), its HTTP API and function URLs (payload 2.0), and
its load balancer. Others that copy one of these are read too.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.deliveries import Delivery, Reply

__all__ = ["gateway_event", "gateway_reply"]


def gateway_event(event: Mapping[str, Any]) -> Delivery:
    """Return the delivery of a gateway's event: `def handler(event, context): ...`.

    A body that the gateway put into base64 is decoded. Of two forms of headers the one that keeps doubled
    headers is read. `peer` is the address that the gateway saw; a load balancer says none, its own header
    does.

    Raises UsageError for what is no such event.
    """
    if not isinstance(event, Mapping):
        raise UsageError(f"an event of a gateway is a mapping, not {type(event).__name__}")
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    method = event.get("httpMethod") or http.get("method")
    path = event.get("path") or event.get("rawPath") or http.get("path")
    if not (isinstance(method, str) and isinstance(path, str)):
        raise UsageError("the event names no method and path, so it is not one of an HTTP request")
    peer = http.get("sourceIp") or _mapping(context.get("identity")).get("sourceIp")
    headers = event.get("multiValueHeaders") or event.get("headers") or {}
    return Delivery(method, path, headers, _body(event), peer if isinstance(peer, str) else None)


def gateway_reply(reply: Reply) -> dict[str, Any]:
    """Return an answer in the form that all three gateways take."""
    return {
        "statusCode": reply.status,
        "headers": dict(reply.headers),
        "body": reply.body.decode("utf-8", "replace"),
        "isBase64Encoded": False,
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise UsageError(f"the body of a gateway's event is a text, not {type(body).__name__}")
    raw = body.encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return raw
    decoded = _decoded(raw)
    if decoded is None:
        raise UsageError("the event says that its body is base64, and it is not")
    return decoded


def _decoded(raw: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error:
        return None
