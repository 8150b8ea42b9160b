"""Keys and secrets from a string, a file or a callable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.signing import sign_string
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request
from signing_support.rules import expected_hmac

KEY = "asat_0123456789abcdef0123456789abcdef"
OTHER = "asat_fedcba9876543210fedcba9876543210"
SECRET = "asek_topsecret"


def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def signature_of(request: Any, secret: str) -> str:
    """The signature that a request must have."""
    names = ("as-api-key", "date", "content-type")
    headers = Headers((name, request.headers[name]) for name in names if name in request.headers)
    return expected_hmac(secret, sign_string(Request(request.method, str(request.url), headers)))


def test_files(service: Any, make: Any, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "secret").write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    client = make(api_key=tmp_path / "key", api_secret=tmp_path / "secret", auth="aes")
    # The file was read when the client was made, and is no longer needed.
    (tmp_path / "secret").unlink()
    service.reply_parcel()
    client.parcels.get("p1")
    [request] = service.requests
    assert request.headers["as-api-key"] == KEY
    assert request.headers["as-signature-hmac-sha256"] == signature_of(request, SECRET)


def test_file_with_a_private_key(service: Any, make: Any, tmp_path: Path) -> None:
    (tmp_path / "private.pem").write_text(pem())
    service.reply_parcel()
    make(auth="rsa", api_secret=tmp_path / "private.pem").parcels.get("p1")
    assert len(service.requests[0].headers["as-signature-rsa-sha256"]) == 344


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"\xff\xfe\x00asek", "does not contain text"), (b" \n", "needs a secret")],
)
def test_unusable_file_is_a_usage_error(
    make: Any, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(UsageError, match=message) as caught:
        make(api_secret=tmp_path / "secret", auth="aes")
    assert caught.value.__context__ is None


def test_callable_is_called_for_each_attempt(service: Any, make: Any) -> None:
    """A secret that is rotated while a call is retried is picked up."""
    secrets = iter(["read when made", "first secret", "second secret"])
    client = make(auth="aes", api_secret=lambda: next(secrets))
    service.reply({}, 500)
    service.reply_parcel()
    client.parcels.get("p1")
    first, second = service.requests
    assert first.headers["as-signature-hmac-sha256"] == signature_of(first, "first secret")
    assert second.headers["as-signature-hmac-sha256"] == signature_of(second, "second secret")


def test_key_from_a_callable(service: Any, make: Any) -> None:
    keys = [KEY]
    client = make(api_key=lambda: keys[-1])
    account = client._setup.credentials.account
    assert account == make(api_key=KEY)._setup.credentials.account
    keys.append(OTHER)
    service.reply_parcel()
    client.parcels.get("p1")
    assert service.requests[0].headers["as-api-key"] == OTHER
    assert client._setup.credentials.account == account
    # Both are masked in what a server sends: a request with the old key may still be under way.
    assert client._setup.credentials.erase(f"{KEY} {OTHER}".encode()) == b"*** ***"


def test_private_key_from_a_callable_is_parsed_when_it_changes(
    service: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, parsed = [pem()], []
    load = serialization.load_pem_private_key
    monkeypatch.setattr(
        serialization, "load_pem_private_key", lambda *given, **more: parsed.append(1) or load(*given, **more)
    )
    client = make(auth="rsa", api_secret=lambda: texts[-1])
    for _ in range(3):
        service.reply_parcel()
        client.parcels.get("p1")
    assert len(parsed) == 1
    texts.append(pem())
    service.reply_parcel()
    client.parcels.get("p1")
    assert len(parsed) == 2


@pytest.mark.parametrize("given", [b"asat_bytes", 5, ["asat"], {}], ids=repr)
def test_other_things_are_refused(make: Any, given: Any) -> None:
    with pytest.raises(UsageError, match=r"api_key must be a string, a pathlib\.Path"):
        make(api_key=given)


@pytest.mark.parametrize("value", [None, "", b"asat_bytes", "two words"], ids=repr)
def test_callable_that_returns_no_key(make: Any, value: Any) -> None:
    with pytest.raises(UsageError, match="API key"):
        make(api_key=lambda: value)


def test_coroutine_is_not_a_key(make: Any) -> None:
    async def load() -> str:
        return KEY

    with pytest.raises(UsageError, match="returned a coroutine"):
        make(api_key=load)


def test_error_of_a_callable_reaches_the_caller(service: Any, make: Any) -> None:
    keys = [KEY]
    client = make(api_key=lambda: keys.pop())
    with pytest.raises(IndexError):
        client.parcels.get("p1")
    assert service.requests == []


def test_callables_are_called_once_when_the_client_is_made(make: Any) -> None:
    called: list[str] = []
    private = pem()
    make(
        auth="rsa",
        api_key=lambda: called.append("key") or KEY,
        api_secret=lambda: called.append("secret") or private,
    )
    assert called == ["key", "secret"]


def test_repr_of_a_client_with_a_callable(make: Any) -> None:
    client = make(auth="aes", api_key=lambda: KEY, api_secret=lambda: SECRET)
    credentials = client._setup.credentials
    shown = repr((client, credentials, credentials.secrets, *credentials.secrets[0].__slots__))
    assert KEY not in shown + str(credentials.secrets[0])
    assert SECRET not in shown + str(credentials.secrets[1])
