"""Every sample of docs/authentication.md runs, in order, as one program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aftership_tracking.oauth import OAuthApp, RedirectError, Tokens

PAGE = Path(__file__).resolve().parents[3] / "docs" / "authentication.md"


def test_samples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "private.pem").write_bytes(pem)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_SECRET", "asek_of_the_environment")
    samples = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(samples) >= 9
    names: dict[str, object] = {"__name__": "sample"}
    for sample in samples:
        exec(compile(sample, "sample of docs/authentication.md", "exec"), names)
    assert names["couriers"]
    assert "client_id=your-client-id" in str(names["url"])
    app: Any = names["app"]
    new = Tokens(access_token="new")
    monkeypatch.setattr(OAuthApp, "connect", lambda _, code: {"a-code": new}[code])
    came_back = {"code": "a-code", "state": str(names["state"])}
    signed = {**came_back, "hmac": app.hmac_recipe.sign(came_back, "your-client-secret")}
    names["come_back"](signed)  # type: ignore[operator]
    assert names["store"].get("merchant-1") == new  # type: ignore[attr-defined]
    with pytest.raises(RedirectError, match="hmac"):
        names["come_back"]({**signed, "hmac": "0f0f"})  # type: ignore[operator]
    names["http"].close()  # type: ignore[attr-defined]
