"""What a browser brings: the redirect after the consent, and the install request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.oauth import HmacRecipe, InstallRequest, OAuthApp, RedirectError

CODE, SECRET = "code-000000001", "client+secret/1"
GOOD = {"code": CODE, "state": "state-1", "hmac": "0f0f"}
NOW = 1_700_000_000.0
RECIPE = HmacRecipe()


def app(**settings: Any) -> OAuthApp:
    return OAuthApp("app 1", SECRET, token_url="https://accounts.example/token", **settings)


def signed(parameters: Mapping[str, str], recipe: HmacRecipe = RECIPE) -> dict[str, str]:
    return {**parameters, recipe.parameter: recipe.sign(parameters, SECRET)}


def test_redirect_with_a_recipe_a_check_or_the_word() -> None:
    right = signed({"code": CODE, "state": "state-1"})
    assert app(hmac_recipe=RECIPE).read_redirect(right, state="state-1") == CODE
    assert app().read_redirect(GOOD, state="state-1", hmac="unchecked") == CODE
    seen: list[Any] = []
    assert app().read_redirect(GOOD, state="state-1", check_hmac=lambda found: not seen.append(found)) == CODE
    assert seen == [GOOD]
    # Who gives a check of their own means it.
    check = app(hmac_recipe=RECIPE).read_redirect
    assert check(GOOD, state="state-1", check_hmac=lambda _: True) == CODE


def test_forged_hmac_is_never_taken_in_silence() -> None:
    for read in (lambda: app().read_redirect(GOOD, state="state-1"), lambda: app().read_install({})):
        with pytest.raises(UsageError, match="hmac_recipe=HmacRecipe"):
            read()
    with pytest.raises(UsageError, match="only be 'unchecked'"):
        app().read_redirect(GOOD, state="state-1", hmac="later")  # type: ignore[arg-type]
    for own in ({"hmac_recipe": RECIPE}, {}):
        given = {} if own else {"check_hmac": lambda _: True}
        with pytest.raises(UsageError, match="Leave one of them out"):
            app(**own).read_redirect(GOOD, state="state-1", hmac="unchecked", **given)


def test_recipe_that_the_secret_does_not_fit() -> None:
    with pytest.raises(UsageError, match=r"not hex.*HmacRecipe"):
        app(hmac_recipe=HmacRecipe(key="hex"))
    with pytest.raises(UsageError, match="must be an HmacRecipe"):
        app(hmac_recipe="sha256")


@pytest.mark.parametrize(
    "odd",
    [{"state": None}, {"state": ["state-1"]}, {"hmac": 5}, {"x\udc80": "1"}, {"x": "\ud800"}, {b"x": "1"}],
)
def test_parameters_that_are_not_strings(odd: Any) -> None:
    """Whoever sends the browser chooses them: they are refused like all that cannot be trusted."""
    parameters = {**GOOD, **odd}
    with pytest.raises(RedirectError, match=r"a parameter is not|the state is not"):
        app(hmac_recipe=RECIPE).read_redirect(parameters, state="state-1")
    with pytest.raises(RedirectError, match="a parameter is not"):
        app(hmac_recipe=RECIPE).read_install(parameters)


def test_wrong_hmac() -> None:
    right = signed({"code": CODE, "state": "state-1"})
    for changed in ({"code": "other"}, {"hmac": "0" * 64}, {"hmac": ""}, {"hmac": "ä"}, {"more": "1"}):
        with pytest.raises(RedirectError, match="hmac"):
            app(hmac_recipe=RECIPE).read_redirect({**right, **changed}, state="state-1")
    with pytest.raises(RedirectError, match="hmac"):
        app().read_redirect(GOOD, state="state-1", check_hmac=lambda found: False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state": "state-2"}, "state"),
        ({"state": ""}, "state"),
        ({"state": "stäte"}, "state"),
        ({"state": "\ud800"}, "state"),
        ({"code": ""}, "no code"),
        ({"error": "access_denied"}, "access_denied"),
        ({"error": "<script>"}, "unknown error"),
    ],
)
def test_redirect_that_cannot_be_trusted(changes: dict[str, str], message: str) -> None:
    with pytest.raises(RedirectError, match=message) as caught:
        app().read_redirect({**GOOD, **changes}, state="state-1", hmac="unchecked")
    assert CODE not in str(caught.value)
    assert "script" not in str(caught.value)


def test_redirect_without_a_state_of_the_session() -> None:
    with pytest.raises(RedirectError, match="state"):
        app().read_redirect({"code": CODE}, state="", hmac="unchecked")


def install(timestamp: str, **settings: Any) -> InstallRequest:
    found = signed({"product": "tracking", "timestamp": timestamp})
    return app(hmac_recipe=RECIPE).read_install(found, clock=lambda: NOW, **settings)


@pytest.mark.parametrize("timestamp", ["1699999800", "1699999800000", "1700000050"])
def test_install_request(timestamp: str) -> None:
    found = install(timestamp)
    assert found.product == "tracking"
    assert found.is_checked
    assert abs(found.timestamp - NOW) <= 200
    unchecked = app().read_install({"timestamp": timestamp}, hmac="unchecked", clock=lambda: NOW)
    assert (unchecked.product, unchecked.is_checked) == ("", False)


@pytest.mark.parametrize(
    "timestamp", ["1699999600", "1700000100", "", "soon", "-5", "1e9", "١٧٠٠٠٠٠٠٠٠", "9" * 400]
)
def test_install_request_that_is_old_or_has_no_time(timestamp: str) -> None:
    with pytest.raises(RedirectError, match=r"last 300 s|Unix time"):
        install(timestamp)


def test_limit_of_freshness() -> None:
    assert install("1699999600", max_age=401).timestamp == 1699999600
    with pytest.raises(RedirectError, match="last 399 s"):
        install("1699999600", max_age=399)


def test_install_request_with_a_wrong_hmac() -> None:
    found = {**signed({"product": "tracking", "timestamp": "1700000000"}), "product": "returns"}
    with pytest.raises(RedirectError, match="hmac"):
        app(hmac_recipe=RECIPE).read_install(found, clock=lambda: NOW)
