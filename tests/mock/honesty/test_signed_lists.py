"""Lists that official clients sign in their own way: refused with the reason, or tolerated with a hint."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from aftership_tracking.mock import ManualClock, Mock, MockKey, MockRequest, MockResponse

KEY, SECRET, PATH = "key-1", "secret-1", "/tracking/2026-07/trackings"
NOW = datetime(2026, 7, 10, tzinfo=UTC)
SENT = "limit=5&cursor=&slug=usps"
# What official clients for Python sign, and the reason that the refusal gives.
SIGNED = [
    (SENT, "the query is not sorted by key"),
    ("limit=5&slug=usps", "pairs with an empty value are missing"),
]
Sign = Callable[[bytes], bytes]
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = (
    _RSA.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def _hmac(content: bytes) -> bytes:
    return hmac.new(SECRET.encode(), content, hashlib.sha256).digest()


def _pss(content: bytes) -> bytes:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    return _RSA.sign(content, scheme, hashes.SHA256())


KINDS: list[tuple[MockKey, str, Sign]] = [
    (MockKey("aes", SECRET), "as-signature-hmac-sha256", _hmac),
    (MockKey("rsa", public_key=_PEM), "as-signature-rsa-sha256", _pss),
]


def send(mock: Mock, signed: str, header: str, sign: Sign) -> MockResponse:
    date = format_datetime(NOW, usegmt=True)
    text = f"GET\n\n\n{date}\nas-api-key:{KEY}\n{PATH}?{signed}"
    signature = base64.b64encode(sign(text.encode())).decode()
    headers = {"date": date, header: signature}
    return mock.handle(MockRequest.to("GET", f"{PATH}?{SENT}", key=KEY, headers=headers))


@pytest.mark.parametrize(("signed", "reason"), SIGNED)
@pytest.mark.parametrize(("key", "header", "sign"), KINDS, ids=["aes", "rsa"])
def test_a_list_that_an_official_client_signed(
    key: Any, header: str, sign: Sign, signed: str, reason: str
) -> None:
    for tolerant in (False, True):
        mock = Mock(["2026-07"], keys={KEY: key}, clock=ManualClock(NOW), tolerant_signatures=tolerant)
        response = send(mock, signed, header, sign)
        assert response.status == (200 if tolerant else 401)
        assert reason in response.headers["as-mock-hint"]
        hint = mock.journal[-1].hints[0]
        assert hint.id == ("tolerated-signature" if tolerant else "signature")
        assert hint.source == "inferred"
        assert tolerant or "--tolerant-signatures" in hint.advice
        # As documented: sorted, with the empty value.
        right = send(mock, "cursor=&limit=5&slug=usps", header, sign)
        assert (right.status, "as-mock-hint" in right.headers) == (200, False)
        # Nothing else became good.
        for wrong in ("limit=6&slug=usps", "", "slug=usps"):
            assert send(mock, wrong, header, sign).status == 401


def test_the_code_of_a_wrong_signature_is_a_setting() -> None:
    key = MockKey("aes", SECRET)
    mock = Mock(["2026-07"], keys={KEY: key}, clock=ManualClock(NOW), assumed_codes={"signature": 403})
    response = send(mock, "limit=6", "as-signature-hmac-sha256", _hmac)
    assert (response.status, response.json["meta"]["code"]) == (403, 403)
