"""The diagnosis names the cause, and shows no secret."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.webhooks import HEADER, Finding, diagnose, sign

SECRET = "c2VjcmV0LXRoYXQtaXMtbG9uZw=="
BODY = (
    '{"event":"tracking_update","event_id":"e-1",'
    '"msg":{"title":"Zürich <b>","order_id_path":"https:\\/\\/e.test"},"ts":1700000000}'
).encode()
PLAIN = '{"event":"tracking_update","event_id":"e-1","msg":{"title":"Zürich","weight":1.0},"ts":1}'.encode()
GOOD = sign(BODY, SECRET)


def codes(body, headers, secrets=SECRET) -> list[str]:
    found = diagnose(body, headers, secrets)
    assert all(isinstance(one, Finding) and one.text and one.hint for one in found)
    return [one.code for one in found]


def test_a_right_delivery_has_no_findings():
    assert diagnose(BODY, {HEADER: GOOD}, SECRET) == ()
    assert diagnose(BODY, {HEADER: GOOD}, ["other", SECRET]) == ()


@pytest.mark.parametrize("secrets", ["", " ", [], [""]])
def test_no_secret(secrets):
    assert codes(BODY, {HEADER: GOOD}, secrets) == ["secret-blank"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "signature-missing"),
        ({"x-request-id": "1"}, "signature-missing"),
        ({"am-webhook-signature": "hmac-sha256=abc"}, "other-product"),
        ({"as-signature-hmac-sha256": sign(b"x", "y")}, "other-product"),
        ({"as-signature-hmac-sha256": GOOD}, "signature-under-another-name"),
        ({"am-webhook-signature": f"hmac-sha256={GOOD}"}, "signature-under-another-name"),
        ({"X-AfterShip-Signature": GOOD}, "signature-under-another-name"),
        ({"aftership-signature": "x"}, "wrong-header-name"),
        ({"x-aftership-hmac-sha256": base64.b64decode(GOOD).hex()}, "signature-under-another-name"),
    ],
)
def test_without_the_header(headers, code):
    assert codes(BODY, headers) == [code]


@pytest.mark.parametrize(
    ("value", "code", "is_right"),
    [
        (base64.b64decode(GOOD).hex(), "signature-hex", True),
        ("00" * 32, "signature-hex", False),
        (f"hmac-sha256={GOOD}", "signature-prefix", True),
        (GOOD.rstrip("="), "signature-length", True),
        (f"{GOOD} ", "signature-spaces", True),
        ("", "signature-empty", False),
        ([GOOD, GOOD], "signature-doubled", True),
        (GOOD[:-1] + "é", "signature-not-ascii", False),
        ("!" * 44, "signature-not-base64", False),
        (base64.b64encode(hashlib.sha1(BODY).digest()).decode(), "signature-length", False),
    ],
)
def test_signatures_in_another_spelling(value, code, is_right):
    (found,) = diagnose(BODY, {HEADER: value}, SECRET)
    assert found.code == code
    assert ("Apart from that it is right" in found.text) is is_right


def test_the_base64_of_urls():
    body = next(b"%d" % number for number in range(10_000) if {"+", "/"} <= set(sign(b"%d" % number, SECRET)))
    value = sign(body, SECRET).replace("+", "-").replace("/", "_")
    assert codes(body, {HEADER: value}) == ["signature-url-safe"]


def keyed(key: bytes) -> dict[str, str]:
    return {HEADER: base64.b64encode(hmac.digest(key, BODY, "sha256")).decode()}


@pytest.mark.parametrize(
    ("secret", "key", "code"),
    [
        (SECRET, base64.b64decode(SECRET), "secret-was-decoded"),
        ("00ff00ff", bytes.fromhex("00ff00ff"), "secret-was-decoded"),
        ("secret\n", b"secret", "secret-has-spaces"),
        ("secret", b"secret\n", "secret-has-spaces"),
        ('"secret"', b"secret", "secret-in-quotes"),
        ("'secret'", b"secret", "secret-in-quotes"),
    ],
)
def test_secrets_in_another_form(secret, key, code):
    found = diagnose(BODY, keyed(key), secret)
    assert found[0].code == code
    assert found[0].is_certain


def rewritten(**options) -> bytes:
    return json.dumps(json.loads(PLAIN), **options).encode()


BODIES = {
    "compact": (PLAIN, rewritten(separators=(",", ":")), "body-reserialised"),
    "default": (PLAIN, rewritten(), "body-reserialised"),
    "indented": (PLAIN, rewritten(indent=2), "body-reserialised"),
    "sent escaped": (rewritten(separators=(",", ":")), rewritten(), "body-reserialised"),
    "slashes and HTML": (
        b'{"a":"https:\\/\\/e.test?a=1\\u0026b"}',
        b'{"a": "https://e.test?a=1&b"}',
        "body-reserialised",
    ),
    "line break at the end lost": (BODY + b"\n", BODY, "body-line-end"),
    "line break at the end added": (BODY, BODY + b"\r\n", "body-line-end"),
    "line breaks": (b'{\r\n"a": 1\r\n}', b'{\n"a": 1\n}', "body-line-breaks"),
    "mark added": (BODY, b"\xef\xbb\xbf" + BODY, "body-mark"),
    "mark lost": (b"\xef\xbb\xbf" + BODY, BODY, "body-mark"),
    "read as latin-1": (BODY, BODY.decode("latin-1").encode(), "body-charset"),
    "written as latin-1": (BODY, BODY.decode().encode("latin-1"), "body-charset"),
    "written as UTF-16": (BODY, BODY.decode().encode("utf-16"), "body-charset"),
    "base64": (BODY, base64.b64encode(BODY), "body-is-base64"),
    "gzip": (BODY, gzip.compress(BODY), "body-compressed"),
    "JSON in JSON": (BODY, json.dumps(BODY.decode()).encode(), "body-quoted"),
    "printed": (BODY, repr(BODY).encode(), "body-printed"),
}


@pytest.mark.parametrize(("sent", "seen", "code"), BODIES.values(), ids=BODIES)
def test_bodies_that_were_changed(sent, seen, code):
    assert sent != seen
    found = diagnose(seen, {HEADER: sign(sent, SECRET)}, ["another one", SECRET])
    assert found[0].code == code
    assert found[0].is_certain
    assert "wrong-secret" not in [one.code for one in found]


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (BODY, {"content-length": str(len(BODY) + 1)}, "content-length-differs"),
        (b"", {}, "body-empty"),
        (BODY, {"content-type": "application/json; charset=ISO-8859-1"}, "charset"),
        (BODY, {"content-type": "text/plain"}, "content-type"),
        (BODY, {"content-encoding": "gzip"}, "content-encoding"),
        (b'{"a": 1, "b": 2}', {}, "body-looks-reserialised"),
        (b"event=tracking_update", {}, "body-is-no-json"),
    ],
)
def test_likely_causes(body, headers, code):
    found = {one.code: one for one in diagnose(body, {HEADER: sign(b"else", "else"), **headers}, SECRET)}
    assert not found[code].is_certain
    assert not found["wrong-secret"].is_certain


def test_a_wrong_secret():
    assert codes(BODY, {HEADER: sign(BODY, "another")}) == ["wrong-secret"]
    assert codes(BODY, {HEADER: sign(BODY, "another")}, "spaced ") == ["secret-has-spaces", "wrong-secret"]


@given(
    body=st.binary(max_size=80),
    value=st.text(max_size=70) | st.just(GOOD),
    secret=st.text(max_size=20),
    name=st.sampled_from([HEADER, "am-webhook-signature", "content-length", "content-type"]),
)
def test_it_never_fails_and_never_shows_a_secret(body, value, secret, name):
    headers = {HEADER: GOOD, name: value}
    for one in diagnose(body, headers, [secret, "a-secret-of-ours"]):
        assert "a-secret-of-ours" not in str(one)
        assert GOOD not in str(one)
