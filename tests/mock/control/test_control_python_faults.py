"""`Faults.add` reads what `POST /_mock/faults` reads, and finds what did not fire."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import pytest


@pytest.mark.parametrize(
    "argument",
    [
        {"body": {"kind": "unknown-enum", "at": "data.trackings"}},
        {"body": MappingProxyType({"kind": "html"})},
        {"body": "html"},
        {"status": HTTPStatus.TOO_MANY_REQUESTS, "delay": "500ms"},
        {"status": 500, "delay": timedelta(seconds=3), "query": MappingProxyType({"page": "*"})},
        {"profile": "rate-limit-storm", "key": "one"},
        {"chance": 0.5, "status": 500, "times": None},
    ],
    ids=str,
)
def test_python_takes_what_http_takes(sandbox: Any, argument: dict[str, Any]) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, timedelta):
            return value.total_seconds()
        return dict(value) if isinstance(value, MappingProxyType) else value

    sandbox.mock.faults.add(**argument)
    in_python = sandbox.get("faults")["faults"]
    sandbox.mock.faults.clear()
    sandbox.post("faults", {name: plain(value) for name, value in argument.items()}, 201)
    assert sandbox.get("faults")["faults"] == in_python


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            {"status": 429, "headers": {"Retry-After": 2}},
            "headers.Retry-After: expected a string",
        ),
        (
            {"status": 429, "times": "trackings.create"},
            "times: expected a whole number or null",
        ),
        ({"status": 429, "delay": "3 seconds"}, "delay: '3 seconds' is not a duration"),
        ({"status": "429"}, "status: expected a whole number or null, got a string"),
        ({"body": {"kind": "unknown-enum"}}, "needs `at`"),
        ({"body": {"kid": "html"}}, "body: there is no field 'kid'; did you mean kind?"),
        ({"body": b"x"}, "body: "),
        ({"profile": "outage", "times": 2}, "times: a profile goes together with a key only"),
        ({"profile": "outrage"}, "profile: 'outrage' is unknown; there are "),
        ({"status": 429, "query": {"page": 2}}, "query.page: expected a string, got a whole number"),
    ],
    ids=str,
)
def test_python_refuses_at_add_and_names_the_argument(
    sandbox: Any, argument: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        sandbox.mock.faults.add(**argument)
    assert not sandbox.mock.faults.rules


def test_a_fault_that_did_not_fire_is_found(sandbox: Any) -> None:
    faults = sandbox.mock.faults
    with pytest.raises(AssertionError, match="no fault was planned"):
        faults.assert_fired()
    faults.add(503, operation="couriers.list")
    faults.add(429, operation="trackings.create", nth=2, key="a-secret-key")
    faults.add(500, times=None, path="/couriers")
    with pytest.raises(AssertionError) as failed:
        faults.assert_fired()
    first = ["fault 1 did not fire; 0 requests fitted it", "  operation='couriers.list', status=503"]
    assert str(failed.value).splitlines()[:2] == first
    assert "secret" not in str(failed.value)
    faults.remove(2)
    sandbox.call("GET", "/couriers")
    sandbox.call("GET", "/couriers")
    faults.assert_fired()
