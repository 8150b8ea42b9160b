"""The signature: fixed vectors, and an independent tool that agrees."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import shutil
import subprocess

import pytest

from aftership_tracking.webhooks import (
    HEADER,
    VERSION_HEADER,
    MalformedSignatureError,
    SignatureMismatchError,
    Verifier,
    sign,
)
from aftership_tracking.webhooks.verification.keyed_digest import KeyedDigest

IN_TRANSIT = (
    b'{"event":"tracking_update","event_id":"00000000-0000-4000-8000-000000000001",'
    b'"is_tracking_first_tag":true,"msg":{"id":"t1","tag":"InTransit"},"ts":1700000000}'
)
EDD = (
    '{"event":"edd_revise","event_id":"00000000-0000-4000-8000-000000000002",'
    '"is_tracking_first_tag":false,"msg":{"id":"t1","tag":"InTransit","title":"%s"},"ts":1700000001}'
)
# name: secret, body, number of bytes, signature. Computed once with other tools.
VECTORS = {
    "ascii": ("test-secret-1", IN_TRANSIT, 158, "R4qVg4VF5I3S8ejvcnNNp0V/0w84JFrmyvOqFi1SbyM="),
    "utf-8": (
        "test-secret-1",
        (EDD % "Zürich → 東京").encode(),
        183,
        "JoLiDWJEo7s9Ljg9kIWtJYe3yaQDINOEE7YG5XVe6k4=",
    ),
    "escaped": (
        "test-secret-1",
        (EDD % r"Z\u00fcrich \u2192 \u6771\u4eac").encode(),
        196,
        "npdjf2bIHRvviph1mUsy2flM8aPHMG82wfmhaBWjShw=",
    ),
    "odd spacing": (
        "test-secret-1",
        b'{ "event": "tracking_update", "msg": { "weight": 1.0, '
        b'"url": "https:\\/\\/e.test\\/?a=1\\u0026b=2" } }\n',
        99,
        "rlSqZBCyjqs+zC/yamTZu8r2fhZRpFw6oRUeNIR/1fk=",
    ),
    "empty": ("test-secret-1", b"", 0, "G4uI2pEbZG6OQN+FBz/w5uOzuC1yXaaZtEgOsr1Gans="),
    "secret in utf-8": ("sécret-ß", b"{}", 2, "8SRW0P9iKWNrnyVfPclk7wKPi1Xf0N+f4Hw9CS9lgZs="),
    "secret like base64": (
        "dGVzdC1zZWNyZXQtMQ==",
        b"{}",
        2,
        "f6cAVtntwsMVWITeMrYmkV4BCP0wifOz0rbRCrh59Ss=",
    ),
}
HEX_OF_ASCII = "478a95838545e48dd2f1e8ef72734da7457fd30f38245ae6caf3aa162d526f23"

vectors = pytest.mark.parametrize(("secret", "body", "size", "signature"), VECTORS.values(), ids=VECTORS)


@vectors
def test_sign_returns_the_signatures_of_the_vectors(secret, body, size, signature):
    assert len(body) == size
    assert sign(body, secret) == signature


@vectors
def test_verify_accepts_the_vectors(secret, body, size, signature):
    assert Verifier(secret).verify(body, {HEADER: signature}).secret_index == 0


@vectors
def test_no_vector_passes_with_another_secret_or_body(secret, body, size, signature):
    with pytest.raises(SignatureMismatchError):
        Verifier(f"{secret}x").verify(body, {HEADER: signature})
    with pytest.raises(SignatureMismatchError):
        Verifier(secret).verify(body + b" ", {HEADER: signature})


def test_the_hexadecimal_digest_of_a_right_body_is_refused():
    with pytest.raises(MalformedSignatureError) as caught:
        Verifier("test-secret-1").verify(IN_TRANSIT, {HEADER: HEX_OF_ASCII})
    assert caught.value.problem == "hex"


def test_bodies_that_parse_alike_have_signatures_of_their_own():
    _, written, _, signature = VECTORS["utf-8"]
    _, escaped, _, other = VECTORS["escaped"]
    verifier = Verifier("test-secret-1")
    plain = verifier.parse(written, {HEADER: signature})
    assert plain.data == verifier.parse(escaped, {HEADER: other}).data
    with pytest.raises(SignatureMismatchError):
        verifier.verify(escaped, {HEADER: signature})


@pytest.fixture(scope="module")
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("openssl is missing, and with it the second opinion about signatures")
        pytest.skip("openssl is not installed")
    return found


@pytest.mark.parametrize("secret", ["test-secret-1", "sécret-ß", "dGVzdC1zZWNyZXQtMQ==", "a b", "x" * 200])
@pytest.mark.parametrize(
    "body", [b"", IN_TRANSIT, (EDD % "Zürich").encode(), bytes(range(256)) * 300], ids=len
)
def test_openssl_agrees(openssl, secret, body):
    digest = subprocess.run(
        [openssl, "dgst", "-sha256", "-hmac", secret, "-binary"], input=body, capture_output=True, check=True
    ).stdout
    encoded = subprocess.run([openssl, "base64", "-A"], input=digest, capture_output=True, check=True).stdout
    assert sign(body, secret) == encoded.decode()
    Verifier(secret).verify(body, {HEADER: encoded.decode()})


def test_the_names_of_the_headers():
    assert HEADER == "aftership-hmac-sha256"
    assert VERSION_HEADER == "as-webhook-version"


def test_sign_encodes_strings_as_utf_8_and_refuses_a_blank_secret():
    assert sign("Zürich", "s") == sign("Zürich".encode(), "s")
    for blank in ("", " ", "\n\t"):
        with pytest.raises(ValueError, match="blank"):
            sign(b"", blank)


def test_it_is_hmac_over_the_whole_body():
    body = os.urandom(100_000)
    expected = hmac.new(b"s", body, hashlib.sha256).digest()
    assert base64.b64decode(sign(body, "s")) == expected


def test_a_prepared_key_makes_the_same_digests_as_the_standard_library() -> None:
    for length in (1, 31, 32, 63, 64, 65, 200):
        key = bytes(range(256))[-length:]
        prepared = KeyedDigest(key)
        for body in (b"", b"{}", b"\xff" * 10_000):
            # Twice, because a digest must not change the key.
            for _ in range(2):
                assert prepared.digest(body) == hmac.digest(key, body, "sha256")
        assert repr(key)[2:-1] not in repr(prepared)
