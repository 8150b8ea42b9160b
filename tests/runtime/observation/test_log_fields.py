"""Records of the logger carry fields, and a JSON formatter writes each of them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import TransportError
from aftership_tracking.runtime.logger import log_fields

ROOT = Path(__file__).resolve().parents[3]
OF_EVERY_RECORD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Handler):
    """As a service in production does: one JSON object for each record, with all that was given as extra."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        extra = {name: value for name, value in vars(record).items() if name not in OF_EVERY_RECORD}
        self.lines.append(json.dumps({"level": record.levelname, "message": record.getMessage(), **extra}))

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[JsonLines]:
    handler, logger = JsonLines(), logging.getLogger("aftership_tracking")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


def documented_fields(kind: str) -> set[str]:
    page = (ROOT / "docs" / "observing.md").read_text("utf-8")
    rows = re.findall(r"^\| `(aftership_\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert len(rows) > 10
    return {name for name, kinds in rows if f"`{kind}`" in kinds or "all" in kinds}


def test_an_attempt_that_is_repeated_and_its_repetition(service, client, log, hands):
    service.reply({}, 500)
    service.reply_parcel()
    client.parcels.get("secret-number")
    first, second = log.records
    assert first == {
        "level": "INFO",
        "message": "get-parcel: attempt 1: status 500; again in 0.25 s",
        "aftership_kind": "attempt",
        "aftership_operation": "get-parcel",
        "aftership_method": "GET",
        "aftership_host": "api.aftership.com",
        "aftership_attempt": 1,
        "aftership_status": 500,
        "aftership_error": None,
        "aftership_duration": 0.0,
        "aftership_trace_id": "0123456789abcdef0123456789abcdef",
        "aftership_retry": True,
        "aftership_retry_wait": 0.25,
        "aftership_reason": "status 500",
    }
    assert (second["aftership_attempt"], second["aftership_status"]) == (2, 200)
    assert (second["aftership_retry"], second["aftership_retry_wait"]) == (False, None)
    assert "secret-number" not in "".join(log.lines)
    assert {name for name in first if name.startswith("aftership_")} == documented_fields("attempt")


def test_an_attempt_without_a_response(service, make, log):
    service.fail(httpx.ConnectError("nobody listens"))
    with pytest.raises(TransportError):
        make(max_retries=0, base_url="http://127.0.0.1:4010/prefix").parcels.get("p1")
    [record] = log.records
    assert record["aftership_host"] == "127.0.0.1:4010"
    assert record["aftership_status"] is None
    assert record["aftership_error"] == "ConnectError"
    assert record["aftership_trace_id"] is None


def test_a_surprise_is_counted_and_named_by_the_trace_id(service, client, log):
    service.reply({"meta": {"code": 200}, "data": {"tracking": {"id": 5}}})
    client.parcels.get("p1")
    [record] = [line for line in log.records if line["aftership_kind"] == "surprise"]
    assert record["level"] == "WARNING"
    assert record["aftership_surprises"] >= 1
    assert record["aftership_trace_id"] == "0123456789abcdef0123456789abcdef"
    assert {name for name in record if name.startswith("aftership_")} == documented_fields("surprise")


def test_no_field_replaces_an_attribute_of_a_record():
    # logging raises KeyError for such a field.
    names = log_fields("attempt", name=1, message=2, args=3, module=4)
    assert OF_EVERY_RECORD.isdisjoint(names)
    logging.getLogger("aftership_tracking").makeRecord("n", 20, "f", 1, "m", (), None, extra=names)


def test_nothing_is_built_for_records_that_nobody_reads(service, client, monkeypatch):
    monkeypatch.setattr(
        "aftership_tracking.runtime.calls.log.log_fields", lambda *_, **__: pytest.fail("built")
    )
    logging.getLogger("aftership_tracking").setLevel(logging.WARNING)
    service.reply_parcel()
    client.parcels.get("p1")
    logging.getLogger("aftership_tracking").setLevel(logging.NOTSET)


@pytest.mark.parametrize("kind", ["attempt", "surprise", "oauth", "limiter", "delivery"])
def test_the_page_lists_the_fields_that_the_code_gives(kind):
    """Every call of `log_fields` in the package names the fields of its kind that the page lists."""
    package = ROOT / "overrides" / "aftership_tracking"
    given = [
        {f"aftership_{name}" for name in re.findall(r"(\w+)=", call)} | {"aftership_kind"}
        for path in sorted(package.rglob("*.py"))
        for call in re.findall(rf'log_fields\(\s*"{kind}",((?:[^()]|\([^()]*\))*)\)', path.read_text("utf-8"))
    ]
    assert given
    assert all(fields == documented_fields(kind) for fields in given), given
