"""Keys of a mock: what each kind needs, and that nothing of it is shown."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from aftership_tracking.mock import Mock, MockKey, MockRequest
from aftership_tracking.mock.accounts.store import Account, Store, StoredObject
from contract_support.document.installed import ReadOnce

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


def accounts_in_memory() -> int:
    gc.collect()
    return sum(type(each) is Account for each in gc.get_objects())


@pytest.mark.usefixtures("small_heap")
def test_invented_keys_leave_no_accounts_in_memory() -> None:
    mock = Mock(documents=ReadOnce)
    before = accounts_in_memory()
    for number in range(50):
        for path in ("trackings", "trackings/unknown", "courier-connections"):
            mock.handle(MockRequest.to("GET", f"/tracking/2026-07/{path}", key=f"invented-{number}"))
    assert accounts_in_memory() == before
    # One that holds something stays, also when that is not a tracking.
    body = {"courier_slug": "fedex", "credentials": {"account_number": "510087020"}}
    path = "/tracking/2026-07/courier-connections"
    assert mock.handle(MockRequest.to("POST", path, key="used", json=body)).status == 201
    assert accounts_in_memory() == before + 1
    listed = mock.handle(MockRequest.to("GET", path, key="used")).json["data"]
    assert len(listed["courier_connections"]) == 1


def test_an_account_that_somebody_uses_is_not_forgotten() -> None:
    store = Store(1)
    in_use = store.account("in use")
    for number in range(1000):
        store.account(f"invented-{number}")
    assert store.account("in use") is in_use
    assert len(store._empty) <= 100


def test_accounts_that_hold_something_are_not_looked_at_with_each_new_key() -> None:
    store = Store(1)
    for number in range(300):
        with store.account(f"key-{number}") as account:
            account.store_object(("/things", ()), StoredObject(1, {}))
    assert len(store.accounts()) == 300
    assert len(store._empty) <= 100


def test_a_key_that_only_looked_still_hears_of_its_first_webhook() -> None:
    """An account may be in use when the first URL is added, and hold nothing yet."""
    mock = Mock(documents=ReadOnce)
    in_use = mock._store.account("k")
    sent: list[str] = []
    mock.webhooks.transport = lambda request: sent.append(request.url) or 200
    mock.webhooks.add("http://127.0.0.1:8080/", secret="s")
    identifier = mock.seed([{"slug": "dhl"}], key="k")[0]
    assert mock._store.account("k") is in_use
    mock.put(identifier, tag="Delivered", key="k")
    mock.webhooks.observe()
    assert len(mock.webhooks.log) + len(mock.webhooks.waiting) > 0
