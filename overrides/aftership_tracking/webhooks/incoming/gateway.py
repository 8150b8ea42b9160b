"""Deliveries that come as an event of an API gateway or load balancer, and the responses to them.

Three shapes are read: the REST API of AWS (payload 1.0), its HTTP API and function URLs (payload 2.0), and
its load balancer. Others that copy one of these are read too.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply

__all__ = ["gateway_event", "gateway_reply"]


def gateway_event(event: Mapping[str, Any]) -> Delivery:
    """Return the delivery of a gateway's event: `def handler(event, context): ...`.

    A body that the gateway encoded as base64 is decoded. If the event has two forms of headers, the one that
    preserves doubled headers is read. `peer` is the address that the gateway saw. A load balancer gives none:
    there the address is in a header.

    Raises UsageError if the value is not such an event.
    """
    if not isinstance(event, Mapping):
        raise UsageError(f"an event of a gateway is a mapping, not {type(event).__name__}")
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    method = event.get("httpMethod") or http.get("method")
    path = event.get("path") or event.get("rawPath") or http.get("path")
    if not (isinstance(method, str) and isinstance(path, str)):
        raise UsageError("the event does not name a method and a path, so it is not an HTTP request")
    peer = http.get("sourceIp") or _mapping(context.get("identity")).get("sourceIp")
    headers = event.get("multiValueHeaders") or event.get("headers") or {}
    return Delivery(
        method=method,
        path=path,
        headers=headers,
        body=_body(event),
        peer=peer if isinstance(peer, str) else None,
    )


def gateway_reply(reply: Reply) -> dict[str, Any]:
    """Return a response in the form that all three gateways accept.

    The headers are there twice: a load balancer with multi-value headers reads only the second form.
    """
    several: dict[str, list[str]] = {}
    for name, value in reply.headers:
        several.setdefault(name, []).append(value)
    return {
        "statusCode": reply.status,
        "statusDescription": f"{reply.status} {HTTPStatus(reply.status).phrase}",
        "headers": dict(reply.headers),
        "multiValueHeaders": several,
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
        raise UsageError(f"the body of a gateway's event is a string, not {type(body).__name__}")
    raw = body.encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return raw
    decoded = _decode_base64(raw)
    if decoded is None:
        raise UsageError("the event says that its body is base64, and it is not")
    return decoded


def _decode_base64(raw: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error:
        return None
