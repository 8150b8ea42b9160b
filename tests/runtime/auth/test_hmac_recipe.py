"""The recipe of an `hmac`: what it covers, its order, key and encoding."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
from typing import Any

import pytest

from aftership_tracking.oauth import HmacRecipe

SECRET = "6b657931"
PARAMETERS = {"state": "s 1&", "code": "c=1", "hmac": "ignored", "shop": "x"}


def expected(message: str, key: bytes = SECRET.encode(), digest: str = "sha256") -> bytes:
    return hmac.new(key, message.encode(), digest).digest()


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ({}, "code=c%3D1&shop=x&state=s+1%26"),
        ({"values": "plain"}, "code=c=1&shop=x&state=s 1&"),
        ({"covered": ("state", "code")}, "code=c%3D1&state=s+1%26"),
        ({"covered": ("state", "code"), "order": "covered"}, "state=s+1%26&code=c%3D1"),
        ({"parameter": "shop"}, "code=c%3D1&hmac=ignored&state=s+1%26"),
    ],
)
def test_message(recipe: dict[str, Any], message: str) -> None:
    assert HmacRecipe(**recipe).sign(PARAMETERS, SECRET) == expected(message).hex()


def test_key_digest_and_encoding() -> None:
    only = {"covered": ("shop",)}
    assert HmacRecipe(**only, key="hex").sign(PARAMETERS, SECRET) == expected("shop=x", b"key1").hex()
    text = base64.b64encode(b"key1").decode()
    assert HmacRecipe(**only, key="base64").sign(PARAMETERS, text) == expected("shop=x", b"key1").hex()
    found = HmacRecipe(**only, digest="sha512", encoding="base64").sign(PARAMETERS, SECRET)
    assert base64.b64decode(found) == expected("shop=x", digest="sha512")
    assert len(base64.b64decode(found)) == hashlib.sha512().digest_size


def test_check() -> None:
    for recipe in (HmacRecipe(), HmacRecipe(encoding="base64"), HmacRecipe(covered=("code",))):
        signed = {**PARAMETERS, "hmac": recipe.sign(PARAMETERS, SECRET)}
        assert recipe.check(signed, SECRET)
        assert not recipe.check(signed, "other")
        assert not recipe.check({**signed, "code": "c=2"}, SECRET)
        assert not recipe.check({name: value for name, value in signed.items() if name != "hmac"}, SECRET)
        assert not recipe.check({name: value for name, value in signed.items() if name != "code"}, SECRET)
        assert not recipe.check({**signed, "hmac": "ä\ud800"}, SECRET)
    hexadecimal = HmacRecipe().sign(PARAMETERS, SECRET)
    assert HmacRecipe().check({**PARAMETERS, "hmac": hexadecimal.upper()}, SECRET)


def test_values_that_read_like_further_parameters() -> None:
    """Decoded values are ambiguous, encoded ones are not: that is why they are the default."""
    sly, plain = {"a": "1&b=2"}, {"a": "1", "b": "2"}
    assert HmacRecipe(values="plain").sign(sly, SECRET) == HmacRecipe(values="plain").sign(plain, SECRET)
    assert HmacRecipe().sign(sly, SECRET) != HmacRecipe().sign(plain, SECRET)


def test_missing_parameter_and_wrong_secret() -> None:
    with pytest.raises(ValueError, match="covers shop"):
        HmacRecipe(covered=("shop",)).sign({"code": "c"}, SECRET)
    for recipe, secret in (
        (HmacRecipe(), " "),
        (HmacRecipe(key="hex"), "xyz"),
        (HmacRecipe(key="base64"), "ä"),
    ):
        with pytest.raises(ValueError, match="secret") as caught:
            recipe.sign(PARAMETERS, secret)
        assert "xyz" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": "random"},
        {"values": "raw"},
        {"key": "pem"},
        {"digest": "md5"},
        {"encoding": "base32"},
        {"covered": "code"},
        {"covered": ()},
        {"covered": ("hmac",)},
        {"parameter": ""},
        {"order": "covered"},
    ],
)
def test_recipes_that_cannot_work(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="HmacRecipe"):
        HmacRecipe(**wrong)


def test_it_is_a_frozen_record() -> None:
    assert HmacRecipe() == HmacRecipe(encoding="hex")
    with pytest.raises(dataclasses.FrozenInstanceError):
        HmacRecipe().encoding = "base64"  # type: ignore[misc]
