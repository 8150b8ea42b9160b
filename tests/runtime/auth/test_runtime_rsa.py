"""RSA signatures, verified with the public key as the service does."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth import signing as auth
from aftership_tracking.runtime.auth.signing import RsaSignature, sign_string
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request

KEY = "asat_0123456789abcdef0123456789abcdef"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORMS = {
    "pkcs1": serialization.PrivateFormat.TraditionalOpenSSL,
    "pkcs8": serialization.PrivateFormat.PKCS8,
}


def pem(form: str = "pkcs8", password: bytes | None = None, key=PRIVATE) -> str:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, FORMS[form], encryption).decode()


def check(request: Request) -> None:
    """Raise InvalidSignature unless salt and digest are those of the service."""
    signature = base64.b64decode(request.headers["as-signature-rsa-sha256"], validate=True)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
    PRIVATE.public_key().verify(signature, sign_string(request).encode(), scheme, hashes.SHA256())


REQUEST = Request(
    "POST",
    "https://x/tracking/2026-07/trackings?a=1",
    Headers({"content-type": "application/json"}.items()),
    b"{}",
)


@pytest.mark.parametrize("form", list(FORMS))
def test_signature_is_valid(form):
    signed = RsaSignature(Secret(KEY), Secret(pem(form)), lambda: 1705028645).sign(REQUEST)
    assert signed.headers["date"] == "Fri, 12 Jan 2024 03:04:05 GMT"
    assert signed.headers["as-api-key"] == KEY
    assert len(signed.headers["as-signature-rsa-sha256"]) == 344
    check(signed)
    with pytest.raises(InvalidSignature):
        check(signed._replace(body=b"{ }"))
    with pytest.raises(InvalidSignature):
        check(signed._replace(url=f"{signed.url}0"))


def test_signing_again_signs_anew():
    signer = RsaSignature(Secret(KEY), Secret(pem()), lambda: 1705028645)
    second = signer.sign(signer.sign(REQUEST))
    assert "as-signature" not in sign_string(second)
    check(second)


def test_request_of_a_client_has_a_valid_signature(service, make):
    service.reply_parcel()
    make(auth="rsa", api_secret=pem()).parcels.create(note="größer")
    [sent] = service.requests
    names = ("as-api-key", "as-signature-rsa-sha256", "content-type", "date")
    headers = Headers((name, sent.headers[name]) for name in names)
    check(Request(sent.method, str(sent.url), headers, sent.content))
    assert "as-signature-hmac-sha256" not in sent.headers


@pytest.mark.parametrize("text", [pem().replace("\n", "\\n"), f"\n{pem()}\n  "], ids=["escaped", "spaced"])
def test_key_from_the_environment(monkeypatch, make, service, text):
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_AUTHENTICATION_TYPE", "RSA")
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_API_SECRET", text)
    service.reply_parcel()
    make().parcels.get("p1")
    assert "as-signature-rsa-sha256" in service.requests[0].headers


def test_key_is_parsed_once(service, make, monkeypatch):
    client = make(auth="rsa", api_secret=pem())
    monkeypatch.setattr(serialization, "load_pem_private_key", None)
    service.reply({}, 500)
    service.reply_parcel()
    client.parcels.get("p1")
    first, second = (request.headers["as-signature-rsa-sha256"] for request in service.requests)
    assert first != second


BAD = {
    "not a key": "asek_topsecret",
    "cut": pem()[:400],
    "encrypted": pem(password=b"x"),
    "public": PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode(),
    "elliptic": pem(key=ec.generate_private_key(ec.SECP256R1())),
}


@pytest.mark.parametrize("text", list(BAD.values()), ids=list(BAD))
def test_bad_key_is_one_clear_error_that_does_not_show_it(make, text):
    with pytest.raises(UsageError, match="PEM") as caught:
        make(auth="rsa", api_secret=text)
    assert text[40:80] not in str(caught.value) or len(text) < 40
    assert "asek_" not in str(caught.value)
    assert caught.value.__context__ is None


def test_error_names_a_missing_key(make):
    with pytest.raises(UsageError, match="AFTERSHIP_API_SECRET"):
        make(auth="rsa")


def test_error_names_a_missing_package(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[rsa\]"):
        make(auth="rsa", api_secret=pem())


def test_package_is_imported_for_this_kind_of_key_alone():
    code = (
        "import sys\nfrom aftership_tracking.runtime.auth.credentials import choose_credentials\n"
        "choose_credentials('k', 's', 'aes', lambda: 0)\nprint('cryptography' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_signer_shows_no_key():
    signer = RsaSignature(Secret(KEY), Secret(pem()), lambda: 0)
    shown = repr(signer) + str([getattr(signer, name) for name in signer.__slots__])
    assert KEY not in shown
    assert "PRIVATE" not in shown
    assert "RsaSignature" in auth.__all__
