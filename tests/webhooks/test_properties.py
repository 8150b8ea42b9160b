"""Any valid event is read, any change of a signed body is refused, and only a WebhookError is ever raised."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.documents import document, versions
from aftership_tracking.webhooks import (
    HEADER,
    VERSION_HEADER,
    MalformedSignatureError,
    SignatureMismatchError,
    Verifier,
    WebhookError,
    sign,
)
from contract_support.document.json_values import values_for

SECRET = "the secret of the tests"
VERIFIER = Verifier(SECRET)
SOME = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def events(version: str) -> st.SearchStrategy[Any]:
    """Events as the document of the version describes them under `webhooks`."""
    whole = document(version)
    bodies = [
        path["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path in whole["webhooks"].values()
    ]
    # The document says these in words or as a format: seconds since 1970, a UUID, a code.
    narrowed = {
        "ts": st.integers(0, 4_102_444_800),
        "event_id": st.uuids().map(str),
        "event": st.sampled_from([*whole["webhooks"], "a_new_code"]),
    }
    return st.one_of([values_for(whole, body) for body in bodies]).flatmap(
        lambda event: st.fixed_dictionaries(narrowed).map(lambda more: {**event, **more})
    )


def write_json(content: Any, style: int) -> bytes:
    """Write JSON in one of several styles."""
    separators = ((",", ":"), (", ", ": "), (" , ", " :\n"))[style % 3]
    return json.dumps(content, ensure_ascii=style % 2 == 0, separators=separators).encode(
        "utf-8", "surrogatepass"
    )


def headers_for(raw: bytes, version: str | None = None) -> dict[str, str]:
    return {HEADER: sign(raw, SECRET), **({} if version is None else {VERSION_HEADER: version})}


@pytest.mark.parametrize("version", versions())
@SOME
@given(data=st.data())
def test_every_valid_event_is_read_and_can_be_moved(version, data):
    content = data.draw(events(version))
    raw = write_json(content, data.draw(st.integers(0, 5)))
    event = VERIFIER.parse(raw, headers_for(raw, version))
    assert event.raw == raw
    assert (event.event, event.event_id, event.ts) == (content["event"], content["event_id"], content["ts"])
    assert event.model_version == version
    assert event.is_first_tag == content.get("is_tracking_first_tag")
    assert (event.tag or None) == (content["msg"].get("tag") or None)
    assert event.surprises == ()
    other = data.draw(st.sampled_from(versions()))
    assert event.as_version(other).key() == event.key()


@pytest.mark.parametrize("version", ["2024-01", "2025-04", "2026-07"])
@SOME
@given(data=st.data())
def test_every_valid_event_is_read_as_every_other_version(version, data):
    """A URL may be moved to another version, and the header is not signed. Neither may lose an event."""
    content = data.draw(events(version))
    raw = write_json(content, 0)
    for other in (None, versions()[0], versions()[-1], "2099-01"):
        event = VERIFIER.parse(raw, headers_for(raw, other))
        assert event.event_id == content["event_id"]
        assert event.data == content


@MANY
@given(
    raw=st.binary(max_size=200),
    position=st.integers(0, 200),
    how=st.sampled_from(["insert", "remove", "change", "append", "cut"]),
    byte=st.integers(0, 255),
)
def test_every_change_of_a_signed_body_is_refused(raw, position, how, byte):
    at = position % (len(raw) + 1)
    changed = {
        "insert": raw[:at] + bytes([byte]) + raw[at:],
        "remove": raw[:at] + raw[at + 1 :],
        "change": raw[:at] + bytes([byte]) + raw[at + 1 :],
        "append": raw + bytes([byte]),
        "cut": raw[:at],
    }[how]
    headers = headers_for(raw)
    VERIFIER.verify(raw, headers)
    if changed != raw:
        with pytest.raises(SignatureMismatchError):
            VERIFIER.verify(changed, headers)


@pytest.mark.parametrize("version", [versions()[0], versions()[-1]])
@SOME
@given(data=st.data())
def test_every_change_of_a_signed_event_is_refused(version, data):
    raw = write_json(data.draw(events(version)), data.draw(st.integers(0, 5)))
    at, flipped = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(1, 255))
    changed = raw[:at] + bytes([raw[at] ^ flipped]) + raw[at + 1 :]
    with pytest.raises(SignatureMismatchError):
        VERIFIER.parse(changed, headers_for(raw, version))


@MANY
@given(at=st.integers(0, 43), character=st.characters())
def test_every_change_of_a_signature_is_refused(at, character):
    right = sign(b"{}", SECRET)
    changed = right[:at] + character + right[at + 1 :]
    if changed != right:
        with pytest.raises((SignatureMismatchError, MalformedSignatureError)):
            VERIFIER.verify(b"{}", {HEADER: changed})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "event": JSON | st.just("tracking_update"),
        "event_id": JSON | st.just("e-1"),
        "ts": JSON | st.just(1_700_000_000),
        "msg": JSON
        | st.fixed_dictionaries({}, optional={"tag": JSON, "updated_at": JSON, "checkpoints": JSON}),
        "is_tracking_first_tag": JSON,
        "more": JSON,
    },
)
BODIES = st.binary(max_size=300) | st.builds(write_json, ENVELOPES | JSON, st.integers(0, 5))


@MANY
@given(raw=BODIES, version=st.none() | st.text() | st.sampled_from(versions()), strict=st.booleans())
def test_any_signed_body_is_an_event_or_a_webhook_error(raw, version, strict):
    try:
        event = Verifier(SECRET, strict=strict).parse(raw, headers_for(raw, version))
    except WebhookError:
        return
    # Nothing of the event raises later.
    assert event.occurred_at.timestamp() == event.ts
    assert not event.is_newer_than(event)
    seen = (event.tag, event.custom_fields, event.is_first_tag, event.key("x"), repr(event), hash(event))
    assert len(seen) == 6
    # An id that cannot be used is replaced by the digest of the body.
    assert event.event_id in (str(event.data.get("event_id")), f"sha256-{sha256(raw).hexdigest()}")
    event.as_version()


NAMES = st.text(max_size=30) | st.sampled_from([HEADER, HEADER.upper(), VERSION_HEADER])
VALUES = st.text(max_size=60) | st.just(sign(b"x", SECRET))
HEADERS = (
    st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=3) | st.none(), max_size=5)
    | st.lists(st.tuples(NAMES, VALUES), max_size=5)
    | st.lists(
        st.tuples(st.binary(max_size=30) | st.just(HEADER.encode()), st.binary(max_size=60)), max_size=5
    )
    | st.dictionaries(st.binary(max_size=30) | st.just(HEADER.encode()), st.binary(max_size=60), max_size=5)
    | st.dictionaries(NAMES.map(lambda name: f"HTTP_{name.upper()}"), VALUES, max_size=5)
)


@MANY
@given(raw=st.binary(max_size=50), headers=HEADERS)
def test_any_headers_are_refused_with_a_webhook_error(raw, headers):
    with pytest.raises(WebhookError):
        VERIFIER.parse(raw, headers)
