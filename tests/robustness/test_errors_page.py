"""The page about errors says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import aftership_tracking
from aftership_tracking import errors
from aftership_tracking.errors import ErrorCode, TransportError
from aftership_tracking.runtime.calls.response_errors import BODY_BYTES_ON_ERROR, error_class
from aftership_tracking.runtime.calls.retry import RetryPolicy, describe_outcome
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Response

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text()


def test_every_code_is_listed_with_its_class() -> None:
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \|$", PAGE, re.MULTILINE)
    status = {4004: 404}
    expected = [
        (
            str(int(code)),
            code.name,
            error_class(status.get(code, code if code < 1000 else 400), code).__name__,
        )
        for code in sorted(ErrorCode)
    ]
    assert listed == expected


def test_tree_is_that_of_the_module() -> None:
    drawn = set(re.findall(r"── (\w+)", PAGE))
    classes = {name for name in errors.__all__ if name.endswith("Error")}
    # The errors of waiting belong to the package itself, StoreError to the webhooks; TimeoutError is left out
    # of `import *`.
    others = {"TimeoutError", "FinalStateError", "WaitTimeoutError", "StoreError"}
    assert drawn | {"AfterShipError"} == classes | others


def test_every_class_has_a_row_of_advice() -> None:
    table = PAGE.split("## What to do")[1].split("##")[0]
    for name in (*errors.__all__, "TimeoutError"):
        if name.endswith("Error") and name not in ("AfterShipError", "CallError"):
            assert f"`{name}`" in table
    assert "`WaitTimeoutError`" in table
    assert "`FinalStateError`" in table


def test_the_errors_of_waiting_can_be_imported_as_the_page_says() -> None:
    assert "`from aftership_tracking import FinalStateError, WaitTimeoutError`" in PAGE
    assert issubclass(aftership_tracking.FinalStateError, errors.AfterShipError)
    assert issubclass(aftership_tracking.WaitTimeoutError, errors.TimeoutError)


@pytest.mark.parametrize(
    ("outcome", "safe", "other"),
    [
        (TransportError("refused", sent=False), True, True),
        (Response(429, Headers(), b""), True, True),
        (Response(425, Headers(), b""), True, True),
        (Response(408, Headers(), b""), True, False),
        (Response(409, Headers(), b""), False, False),
        (Response(500, Headers(), b""), True, False),
        (Response(599, Headers(), b""), True, False),
        (TransportError("broken"), True, False),
        (Response(400, Headers(), b""), False, False),
        (Response(302, Headers(), b""), False, False),
        (Response(200, Headers(), b""), False, False),
    ],
)
def test_table_of_what_is_repeated(outcome: Response | TransportError, safe: bool, other: bool) -> None:
    for retry, expected in ((Retry.SAFE, safe), (Retry.CREATE_OR_GET_ONLY, other), (Retry.NEVER, other)):
        decision = RetryPolicy()(
            describe_outcome(
                outcome,
                operation="get",
                method="GET",
                attempt=1,
                max_retries=2,
                is_repeatable=retry is Retry.SAFE,
                seconds=0.1,
                seconds_left=None,
                now=0.0,
                random=0.5,
            )
        )
        assert decision.again is expected


def test_figures_are_those_of_the_code() -> None:
    policy = RetryPolicy()
    assert "`max_retries` times (2 by default)" in PAGE
    assert f"at most {policy.first_wait} s before the first" in PAGE
    assert f"at most {policy.longest_wait:g} s." in PAGE
    assert f"more than {policy.longest_requested_wait:g} s" in PAGE
    assert f"the first {BODY_BYTES_ON_ERROR} bytes" in PAGE
