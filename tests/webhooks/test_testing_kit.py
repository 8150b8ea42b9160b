"""The kit for the tests of others: its events fit the documents, and its faults are faults."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import uuid
from typing import Any

import jsonschema_rs
import pytest

from aftership_tracking import documents, testing
from aftership_tracking.testing import (
    OFFSETS,
    REFUSED,
    SECRET,
    SPELLINGS,
    SPOILS,
    STYLES,
    VECTORS,
    bad_signature,
    bad_signatures,
    duplicate,
    every_version,
    future_version,
    odd_bodies,
    other_spelling,
    other_spellings,
    redeliver,
    reorder,
    signed_event,
    signed_request,
    tampered,
    unknown_event,
    unknown_tag,
    webhook_event,
)
from aftership_tracking.webhooks import HEADER, VerificationError, Verifier, sign
from contract_support.document.full_keys import missing_keys

VERSIONS = documents.versions()
EVENT = {"$ref": "#/components/schemas/WebhookEvent"}
CODES = ("tracking_update", "edd_revise", "tracking_pending_time")
TAGS = (
    "Pending",
    "InfoReceived",
    "InTransit",
    "OutForDelivery",
    "AttemptFail",
    "Delivered",
    "AvailableForPickup",
    "Exception",
    "Expired",
)


@pytest.mark.parametrize("version", VERSIONS)
def test_events_of_every_code_and_tag_fit_the_document(version: str) -> None:
    document = documents.document(version)
    schemas = document["components"]["schemas"]
    check = jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/WebhookEvent", "components": document["components"]}
    )
    fields = schemas["Tracking"]["properties"].keys()
    verifier = Verifier(SECRET, strict=True)
    for code in CODES:
        for tag in (None, *TAGS):
            event = webhook_event(version=version, event=code, tag=tag)
            check.validate(event)
            assert event["msg"].keys() <= fields
            assert list(missing_keys(document, EVENT, event)) == []
            assert event["msg"]["tag"] == (tag or event["msg"]["tag"])
            assert ("is_tracking_first_tag" in event) is (code == "tracking_update")
            request = signed_request(event, version=version)
            read = verifier.parse(request.body, request.headers)
            assert (read.event, read.tag, read.model_version) == (code, event["msg"]["tag"], version)
            assert read.surprises == ()


def test_events_are_complete_and_the_same_each_time() -> None:
    event = webhook_event(version="2024-01", tag="Delivered", order_id="A-17")
    assert event == webhook_event(version="2024-01", tag="Delivered", order_id="A-17")
    message = event["msg"]
    assert (message["order_id"], message["active"]) == ("A-17", False)
    assert (message["subtag"], message["subtag_message"]) == ("Delivered_001", "Delivered")
    assert message["checkpoints"][-1]["tag"] == "Delivered"
    assert len(message) > 70
    assert message["note"] is None
    # Every event is a new value: a change of one does not change another.
    message["checkpoints"].clear()
    assert webhook_event(version="2024-01")["msg"]["checkpoints"]


def test_the_serial_decides_id_and_time() -> None:
    events = [webhook_event(serial=serial) for serial in range(1, 6)]
    assert len({event["event_id"] for event in events}) == 5
    assert {uuid.UUID(event["event_id"]).version for event in events} == {4}
    assert [event["ts"] - events[0]["ts"] for event in events] == [0, 1, 2, 3, 4]
    assert events[1]["msg"]["updated_at"] > events[0]["msg"]["updated_at"]
    assert events[1]["msg"]["tracking_number"] == events[0]["msg"]["tracking_number"]


def test_the_envelope_can_be_chosen() -> None:
    event = webhook_event(event_id="e-1", ts=1_700_000_000, is_first_tag=False, more={"brand_new": [1]})
    assert (event["event_id"], event["ts"], event["is_tracking_first_tag"]) == ("e-1", 1_700_000_000, False)
    assert event["msg"]["updated_at"] == "2023-11-14T22:13:20+00:00"
    assert event["msg"]["brand_new"] == [1]
    assert "is_tracking_first_tag" not in webhook_event(is_first_tag=None)


@pytest.mark.parametrize(("version", "empty"), [("2025-04", {}), ("2025-07", None)])
def test_empty_custom_fields(version: str, empty: object) -> None:
    assert webhook_event(version=version, custom_fields=None)["msg"]["custom_fields"] == empty


@pytest.mark.parametrize(
    ("version", "wrong"), [("2024-01", "customers"), ("2026-07", "emails"), ("2026-07", "statuss")]
)
def test_a_field_of_another_version_is_a_mistake(version: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        webhook_event(version=version, **{wrong: []})


def test_unknown_codes_and_tags() -> None:
    assert unknown_event()["event"] not in CODES
    event = unknown_tag(version="2024-04")
    assert event["msg"]["tag"] not in TAGS
    assert event["msg"]["subtag"].startswith(event["msg"]["tag"])


def test_a_signed_request_has_the_documented_headers() -> None:
    request = signed_event(version="2025-01")
    assert request.headers == {
        "user-agent": "AfterShipTrackingWebhook/4.0.0 (https://www.aftership.com)",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        "as-webhook-version": "2025-01",
        HEADER: sign(request.body, SECRET),
    }
    assert "as-webhook-version" not in signed_event(version=None).headers
    assert signed_event().headers["as-webhook-version"] == VERSIONS[-1]
    assert pickle.loads(pickle.dumps(request)) == request
    assert hash(request) == hash(signed_event(version="2025-01"))


def test_bytes_and_strings_are_signed_as_they_are() -> None:
    assert signed_request(b'{"a": 1}').body == b'{"a": 1}'
    assert signed_request('{"ü": 1}', "s").headers[HEADER] == sign('{"ü": 1}'.encode(), "s")
    assert signed_request(b"{}", headers=[("x-own", "1")]).headers["x-own"] == "1"


def test_every_version_is_read() -> None:
    verifier = Verifier(SECRET)
    found = {version: verifier.parse(request.body, request.headers) for version, request in every_version()}
    assert list(found) == [None, *VERSIONS, future_version()]
    assert found[None].model_version == VERSIONS[0]
    assert found[future_version()].is_known_version is False
    assert all(found[version].is_known_version for version in VERSIONS)


def test_odd_bodies_are_genuine_and_break_receivers_that_write_them_again() -> None:
    event = webhook_event(title="Zürich/Tokyo")
    found = dict(odd_bodies(event))
    assert list(found) == list(STYLES)
    assert len({request.body for request in found.values()}) == len(STYLES)
    verifier = Verifier(SECRET)
    unchanged = []
    for style, request in found.items():
        verifier.verify(request.body, request.pairs)
        assert json.loads(request.body) == event
        again = json.dumps(json.loads(request.body), ensure_ascii=False, separators=(",", ":"))
        if again.encode() == request.body:
            unchanged.append(style)
    assert unchanged == ["plain"]
    assert b"\\u00fc" in found["escaped-letters"].body
    assert b"\\/" in found["escaped-slashes"].body
    assert found["trailing-newline"].body.endswith(b"}\n")


@pytest.mark.parametrize("event", [webhook_event(), {"a": 1}, {}], ids=["documented", "no slash", "empty"])
def test_every_odd_body_changes_when_it_is_written_again(event: dict[str, Any]) -> None:
    """Also that of an event without anything that a style could write in another way."""
    for style, request in odd_bodies(event):
        value = json.loads(request.body)
        assert value == event
        again = [
            json.dumps(value, ensure_ascii=is_ascii, separators=separators).encode()
            for is_ascii in (True, False)
            for separators in ((",", ":"), (", ", ": "))
        ]
        assert (request.body in again) is (style == "plain"), style


@pytest.mark.parametrize("version", [None, VERSIONS[-1]])
def test_every_bad_signature_is_refused(version: str | None) -> None:
    request = signed_event(version=version)
    found = dict(bad_signatures(request))
    assert list(found) == [*SPOILS, "other-body"]
    found |= dict(other_spellings(request))
    assert len(found) == len(SPOILS) + 1 + len(SPELLINGS)
    assert len(set(found.values())) == len(found)
    verifier = Verifier(SECRET)
    verifier.verify(request.body, request.pairs)
    for bad in found.values():
        with pytest.raises(VerificationError):
            verifier.verify(bad.body, bad.pairs)
        assert json.loads(bad.body) == json.loads(request.body)


def test_bad_signatures_by_name() -> None:
    request = signed_event()
    assert len(other_spelling(request, "hex").headers[HEADER]) == 64
    assert HEADER not in bad_signature(request, "missing").headers
    assert [name for name, _ in other_spelling(request, "doubled").pairs].count(HEADER) == 2
    assert tampered(request).pairs == request.pairs
    with pytest.raises(ValueError, match="the way 'x' to spell a signature is unknown"):
        other_spelling(request, "x")
    with pytest.raises(ValueError, match="the way 'x' to spoil a signature is unknown"):
        bad_signature(request, "x")
    with pytest.raises(ValueError, match=f"have no {HEADER}"):
        bad_signature(bad_signature(request, "missing"), "cut")


def test_redeliveries_follow_the_table() -> None:
    request = signed_event()
    found = list(redeliver(request))
    assert [(each.attempt, each.after) for each in found] == list(enumerate(OFFSETS, start=1))
    assert {each.request for each in found} == {request}
    assert len(list(redeliver(request, attempts=3))) == 3


def test_duplicates_and_another_order() -> None:
    given = [signed_event(serial=serial) for serial in range(1, 9)]
    assert list(duplicate(given[:2])) == [given[0], given[0], given[1], given[1]]
    assert len(list(duplicate(given, times=3))) == 24
    for seed in range(50):
        shuffled = reorder(given[:2], seed)
        assert shuffled == [given[1], given[0]]
    assert reorder(given) == reorder(given) != given
    assert sorted(reorder(given), key=given.index) == given
    assert (reorder([]), reorder(given[:1])) == ([], given[:1])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_vectors(vector: Any) -> None:
    assert sign(vector.body, vector.secret) == vector.signature
    Verifier(vector.secret).verify(vector.body, {HEADER: vector.signature})


def test_the_vector_that_has_to_be_refused() -> None:
    with pytest.raises(VerificationError):
        Verifier(REFUSED.secret).verify(REFUSED.body, {HEADER: REFUSED.signature})


def test_the_lengths_of_the_vectors() -> None:
    assert [len(vector.body) for vector in VECTORS] == [158, 183, 196, 99, 0, 2, 2]
    assert json.loads(VECTORS[1].body) == json.loads(VECTORS[2].body)


def test_it_needs_neither_pytest_nor_an_http_library() -> None:
    code = (
        "import sys\n"
        "for name in ('pytest', 'httpx', 'jsonschema_rs', 'typer'): sys.modules[name] = None\n"
        "from aftership_tracking.testing import signed_event\n"
        "signed_event(tag='Delivered')\n"
        "print([name for name in ('httpx', 'asyncio', 'attrs', 'msgspec') if sys.modules.get(name)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_every_exported_name_exists() -> None:
    assert all(hasattr(testing, name) for name in testing.__all__)


def test_the_fixtures_work_in_a_suite_that_requests_them(tmp_path: Any) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["aftership_tracking.testing.fixtures"]\n')
    (tmp_path / "test_it.py").write_text(
        "def test_it(aftership_webhook, aftership_webhook_secret, aftership_mock):\n"
        "    assert aftership_webhook(tag='Delivered').body\n"
        "    assert aftership_webhook_secret\n"
        "    aftership_mock.webhooks.add('http://a.test', secret='s')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout
