"""The samples of docs/authentication.md about a merchant do what the page says when he comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.oauth import OAuthApp, RedirectError, Tokens
from docs_support.pages import ROOT, read_programs


def test_a_merchant_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    programs = read_programs(ROOT / "docs" / "authentication.md")
    (program,) = [each for each in programs if "def come_back" in each.text]
    names: dict[str, Any] = {"__name__": "sample"}
    exec(compile(program.text, program.page, "exec"), names)
    assert "client_id=your-client-id" in names["url"]
    new = Tokens(access_token="new")
    monkeypatch.setattr(OAuthApp, "connect", lambda _, code: {"a-code": new}[code])
    came_back = {"code": "a-code", "state": str(names["state"])}
    signed = {**came_back, "hmac": names["app"].hmac_recipe.sign(came_back, "your-client-secret")}
    names["come_back"](signed)
    assert names["store"].get("merchant-1") == new
    with pytest.raises(RedirectError, match="hmac"):
        names["come_back"]({**signed, "hmac": "0f0f"})
