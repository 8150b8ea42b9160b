"""Events of API gateways and load balancers."""

from __future__ import annotations

import base64

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import (
    HEADER,
    MalformedSignatureError,
    Reply,
    Verifier,
    gateway_event,
    gateway_reply,
    sign,
)

BODY = '{"event":"tracking_update","event_id":"e-1","msg":{"title":"Zürich"},"ts":1700000000}'
GOOD = sign(BODY, "s")
HEADERS = {"Aftership-Hmac-Sha256": GOOD, "As-Webhook-Version": "2026-07"}
EVENTS = {
    "REST": {
        "httpMethod": "POST",
        "path": "/hook",
        "headers": HEADERS,
        "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
        "requestContext": {"identity": {"sourceIp": "34.72.178.234"}},
        "body": BODY,
        "isBase64Encoded": False,
    },
    "HTTP": {
        "version": "2.0",
        "rawPath": "/hook",
        "headers": {name.lower(): value for name, value in HEADERS.items()},
        "requestContext": {"http": {"method": "POST", "path": "/hook", "sourceIp": "34.72.178.234"}},
        "body": base64.b64encode(BODY.encode()).decode(),
        "isBase64Encoded": True,
    },
    "load balancer": {
        "httpMethod": "POST",
        "path": "/hook",
        "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
        "body": BODY,
        "isBase64Encoded": False,
    },
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_each_gateway(event):
    delivery = gateway_event(event)
    assert (delivery.method, delivery.path, delivery.body) == ("POST", "/hook", BODY.encode())
    assert delivery.peer == (None if "elb" in event["requestContext"] else "34.72.178.234")
    found = Verifier("s").parse(delivery.body, delivery.headers)
    assert found.tracking.title == "Zürich"
    assert found.version == "2026-07"


def test_a_doubled_signature_is_not_hidden_by_the_simpler_form():
    event = {**EVENTS["REST"], "multiValueHeaders": {HEADER: ["x", GOOD]}}
    delivery = gateway_event(event)
    with pytest.raises(MalformedSignatureError):
        Verifier("s").verify(delivery.body, delivery.headers)


def test_a_missing_body_is_an_empty_one():
    assert gateway_event({**EVENTS["REST"], "body": None}).body == b""


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        {"Records": []},
        {**EVENTS["REST"], "body": {"event": "x"}},
        {**EVENTS["HTTP"], "body": "not base64!"},
        {**EVENTS["REST"], "httpMethod": None},
    ],
)
def test_other_values_are_refused(event):
    with pytest.raises(UsageError):
        gateway_event(event)


def test_the_response():
    assert gateway_reply(Reply(status=503, headers=(("Retry-After", "30"),), body=b"later")) == {
        "statusCode": 503,
        "statusDescription": "503 Service Unavailable",
        "multiValueHeaders": {"Retry-After": ["30"]},
        "headers": {"Retry-After": "30"},
        "body": "later",
        "isBase64Encoded": False,
    }


def test_a_load_balancer_with_multi_value_headers_finds_them():
    headers = (("Allow", "POST"), ("Content-Type", "text/plain"), ("X-Twice", "a"), ("X-Twice", "b"))
    reply = Reply(status=405, headers=headers)
    response = gateway_reply(reply)
    assert response["multiValueHeaders"] == {
        "Allow": ["POST"],
        "Content-Type": ["text/plain"],
        "X-Twice": ["a", "b"],
    }
    assert (response["statusCode"], response["statusDescription"]) == (405, "405 Method Not Allowed")
