"""Keys of a mock: what each kind needs, and that nothing of it is shown."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from aftership_tracking.mock import Mock, MockKey

KEY = "asat_00000000000000000000000000000001"
SECRET = "asek_reference_secret_for_examples_only"
AES_KEY = MockKey("aes", SECRET)
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"kind": "hmac"}, "kind"),
        ({"kind": "aes"}, "secret"),
        ({"kind": "api_key", "secret": "x"}, "secret"),
        ({"kind": "rsa"}, "public_key"),
        ({"kind": "aes", "secret": "x", "public_key": "x"}, "public_key"),
    ],
)
def test_impossible_key_is_refused(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        MockKey(**parts)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        PEM,
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
    ids=["letter", "private", "elliptic"],
)
def test_public_key_that_is_not_one_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="RSA public key"):
        Mock(keys={KEY: MockKey("rsa", public_key=text)})


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    with pytest.raises(ImportError, match=r"aftership-tracking-client\[rsa\]"):
        Mock(keys={KEY: MockKey("rsa", public_key=PUBLIC)})


def test_mock_loads_the_package_for_this_kind_alone() -> None:
    code = (
        "import sys\nfrom aftership_tracking.mock import Mock, MockKey\n"
        "Mock(keys={'k': MockKey('aes', 's')})\nprint('cryptography' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_key_shows_no_secret() -> None:
    shown = repr([AES_KEY, MockKey("rsa", public_key=PUBLIC)])
    assert SECRET not in shown
    assert "PUBLIC KEY" not in shown
