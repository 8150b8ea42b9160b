"""Decodes mutated responses: the short form of `python -m tests.robustness.fuzz`."""

from __future__ import annotations

import json

import pytest

from aftership_tracking import Time
from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.models.codec import decode
from contract_support import target
from contract_support.document.operations import operations
from fault_support import fuzzing
from fault_support.fuzzing import fuzz, is_json
from fault_support.payloads import payloads

COUNT = 1_000


def test_mutated_responses_raise_nothing_but_decode_errors() -> None:
    tally = fuzz(payloads(), COUNT, seed=20260709)
    assert tally.findings == ()
    # The run proves something only if mutants of all kinds occur.
    for outcome in ("read as documented", "read with surprises", "refused, and not JSON"):
        assert tally.outcomes[f"decoder: {outcome}"] > COUNT / 10


def test_every_operation_is_among_the_payloads() -> None:
    found = {(payload.version, payload.call.operation.identifier) for payload in payloads()}
    declared = ((version, operations(target.document(version))) for version in target.versions())
    assert found == {(version, each.identifier) for version, every in declared for each in every}
    # Two trackings with their checkpoints, like real responses.
    bodies = [json.loads(payload.body) for payload in payloads("2026-07")]
    lists = [body["data"]["trackings"] for body in bodies if "trackings" in body["data"]]
    assert any(tracking["checkpoints"] for page in lists for tracking in page)


def test_fuzzer_reports_what_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise KeyError("tag")

    monkeypatch.setattr(fuzzing, "decode", broken)
    assert len(fuzz(payloads("2024-01"), 20, seed=1).findings) == 20


def test_fuzzer_reports_json_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(*given: object) -> None:
        raise DecodeError("no")

    monkeypatch.setattr(fuzzing, "decode", strict)
    tally = fuzz(payloads("2024-01"), 50, seed=1)
    assert len(tally.findings) == tally.outcomes["decoder: refused"] > 10


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        (b"{}", True),
        (b'{"a": ' + b"9" * 5000 + b"}", True),
        (b'"\\ud800"', True),
        (b"[" * 300 + b"]" * 300, True),
        (b"[" * 9000 + b"]" * 9000, False),
        (b"NaN", False),
        (b'"\xff"', False),
        (b"\xef\xbb\xbf{}", False),
        (b"{", False),
    ],
)
def test_check_of_what_is_json(body: bytes, valid: bool) -> None:
    assert is_json(body) is valid


@pytest.mark.parametrize(
    "text", ["1:" + "9" * 30, "2024-01-01T10:" + "9" * 30, "9" * 30 + "T10:00:00", "1:1e400"]
)
def test_time_with_a_number_that_is_too_large_is_not_a_time(text: str) -> None:
    """Found by the fuzzer."""
    time = Time(text)
    assert (time.datetime, time.date, time.is_zoned) == (None, None, False)


def test_number_of_too_many_digits_is_preserved_unchanged() -> None:
    """Found by the fuzzer: Python refuses to make a number of more than 4300 digits."""
    digits = "9" * 5000
    body = f'{{"meta": {{"code": 200}}, "data": {{"id": "p1", "transit_time": {digits}}}}}'.encode()
    decoded = decode(body, "aftership_tracking.v2026_07.models", "TrackingResponse")
    assert decoded.value.data.id == "p1"
    assert decoded.value.data.transit_time == digits
    assert "$.data.transit_time" in [surprise.path for surprise in decoded.surprises]
