"""The pages of partner apps: consent, refusal, installs, connections."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from aftership_tracking.mock import MockApp, MockOAuth
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from page_support.console import HOSTILE, OWN, Console
from page_support.pages import Seen, find_active, find_faults, read_page

READ, WRITE = "aftership:tracking:read", "aftership:tracking:write"
BACK = "http://127.0.0.1:8000/back"
PAGE = "console/oauth/authorize"
APPS = "console/oauth"


def new_console(**options: Any) -> Console:
    app = MockApp(
        client_id="app",
        client_secret="s3cret-of-the-app",
        name=HOSTILE,
        redirect_uris=[BACK],
        scopes=[READ, WRITE],
        app_url="http://127.0.0.1:9000/install",
        hmac=HmacRecipe(),
    )
    plain = MockApp(client_id="<b>plain</b>", client_secret="x", redirect_uris=[BACK], scopes=["own:<i>"])
    oauth = MockOAuth(apps=[app, plain], merchants=["Anna's <b>Antiques</b>", "ben"])
    return Console(options={"tokens": oauth, **options})


@pytest.fixture
def console() -> Console:
    return new_console()


def query(**changes: str) -> str:
    sent = {"response_type": "code", "client_id": "app", "state": "s-1", "redirect_uri": BACK, **changes}
    return urlencode(sent)


def test_every_page_is_sound_and_shows_hostile_names_as_text(console: Console) -> None:
    console.mock.oauth.approve(f"http://mock/oauth/authorize?{query()}", "ben")
    client = urlencode({"client_id": "<b>plain</b>", "response_type": "code"})
    refused = query(redirect_uri=f"{BACK}{HOSTILE}")
    for path, status in (
        (APPS, 200),
        (f"{PAGE}?{query()}", 200),
        (f"{PAGE}?{client}", 200),
        (f"{PAGE}?{refused}", 400),
    ):
        seen = console.see(path, status)
        page = read_page(seen.response.text)
        assert list(find_faults(page)) == [], path
        assert list(find_active(page)) == [], path
        assert "<b>plain" not in seen.response.text
        assert "<script>alert" not in seen.response.text
        assert "s3cret-of-the-app" not in seen.response.text
    assert HOSTILE in " ".join(
        each.whole_text for each in read_page(console.see(APPS).response.text).all("h2")
    )


def test_approve_deny_and_other_scopes(console: Console) -> None:
    target = f"{PAGE}?{query()}"
    fields = {"merchant": "ben", f"scope {READ}": "on"}
    response = console.send(target, do="approve", **fields)
    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{BACK}?code=mock-code-1-")
    assert "&state=s-1&hmac=" in response.headers["location"]
    assert response.headers["cache-control"] == "no-store"
    [found] = console.mock.oauth.connections
    assert (found.merchant, found.scopes) == ("ben", (READ,))
    denied = console.send(target, do="deny", **fields)
    assert denied.headers["location"].startswith(f"{BACK}?error=access_denied&state=s-1&hmac=")
    assert len(console.mock.oauth.connections) == 1


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"do": "approve", "merchant": "ben"}, 400, "allow at least one, or deny"),
        ({"do": "approve", f"scope {READ}": "on"}, 400, "merchant: is needed"),
        ({"do": "approve", "merchant": "carl", f"scope {READ}": "on"}, 404, "there is no merchant 'carl'"),
        ({"do": "other", "merchant": "ben"}, 400, "approve or deny, not 'other'"),
        ({}, 400, "do: is needed"),
    ],
)
def test_a_form_that_is_refused_is_shown_once_more(
    console: Console, form: dict[str, str], status: int, sentence: str
) -> None:
    seen = console.refused(f"{PAGE}?{query()}", status, **form)
    assert sentence in seen.alert()
    # What was typed is still there, and the request too: the same form can be sent again.
    checked = {each.attributes["name"] for each in seen.root.all("input") if "checked" in each.attributes}
    assert (f"scope {WRITE}" in checked) == ("do" not in form)
    assert console.mock.oauth.connections == []


def test_scopes_that_were_not_requested_are_not_granted(console: Console) -> None:
    target = f"{PAGE}?{query(scope=READ)}"
    console.send(target, do="approve", merchant="ben", **{f"scope {READ}": "on", f"scope {WRITE}": "on"})
    [found] = console.mock.oauth.connections
    assert found.scopes == (READ,)


@pytest.mark.parametrize("changes", [{"redirect_uri": "http://evil.example/"}, {"client_id": "nobody"}])
def test_a_refusal_is_a_page_and_never_a_redirect(console: Console, changes: dict[str, str]) -> None:
    target = f"{PAGE}?{query(**changes)}"
    for response in (console.client.get(f"/_mock/{target}"), console.send(target, do="deny")):
        assert response.status_code == 400
        assert "location" not in response.headers
        assert "evil" not in response.headers["content-security-policy"]
        assert Seen(response).alert()


def test_what_the_app_can_mend_goes_back_at_once(console: Console) -> None:
    response = console.client.get(f"/_mock/{PAGE}?{query(response_type='token')}")
    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{BACK}?error=unsupported_response_type&state=s-1")
    twice = console.client.get(f"/_mock/{PAGE}?{query()}&scope=a&scope=b")
    assert "error=invalid_request" in twice.headers["location"]


def test_the_policy_lets_the_forms_of_these_pages_lead_to_apps(console: Console) -> None:
    def targets(path: str) -> str:
        policy = console.client.get(f"/_mock/{path}").headers["content-security-policy"]
        return next(part for part in policy.split("; ") if part.startswith("form-action"))

    for path in (f"{PAGE}?{query()}", APPS):
        assert targets(path) == "form-action 'self' http: https:"
        assert {form.attributes.get("action", "") for form in console.see(path).root.all("form")} == {""}
    assert targets(f"{PAGE}?{query(client_id='nobody')}") == "form-action 'self'"
    assert targets("console/clock") == "form-action 'self'"


@pytest.mark.parametrize("path", [f"{PAGE}?{query()}", APPS])
def test_nobody_else_sends_these_forms(console: Console, path: str) -> None:
    form = {"do": "approve", "merchant": "ben", "client_id": "app", f"scope {READ}": "on"}
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://evil.example"}
    response = console.client.post(f"/_mock/{path}", content=urlencode(form), headers=headers)
    assert response.status_code == 403
    assert console.mock.oauth.connections == []


def test_a_login_keeps_the_request(console: Console) -> None:
    console = new_console(control_token="the-token")
    front = console.client.get(f"/oauth/authorize?{query()}")
    assert front.headers["location"] == f"/_mock/{PAGE}?{query()}"
    page = Seen(console.client.get(front.headers["location"]))
    assert page.response.status_code == 401
    [back] = [each for each in page.root.all("input") if each.attributes.get("name") == "back"]
    value = back.attributes["value"]
    wrong = console.send("console/login", token="no", back=value)
    assert wrong.status_code == 401
    again = [each for each in Seen(wrong).root.all("input") if each.attributes.get("name") == "back"]
    assert again[0].attributes["value"] == value
    done = console.send("console/login", token="the-token", back=value)
    assert done.headers["location"] == f"/_mock/{PAGE}?{query()}"
    elsewhere = console.send("console/login", token="the-token", back="//evil.example?x=1")
    assert elsewhere.headers["location"] == "/_mock/"


def test_install_and_uninstall(console: Console) -> None:
    response = console.send(APPS, do="install", client_id="app", merchant="ben")
    assert response.headers["location"].startswith(
        "http://127.0.0.1:9000/install?product=tracking&timestamp="
    )
    chosen = [
        each.attributes["value"]
        for each in console.see(f"{PAGE}?{query()}").root.all("input")
        if each.attributes.get("type") == "radio" and "checked" in each.attributes
    ]
    assert chosen == ["ben"]
    console.send(f"{PAGE}?{query()}", do="approve", merchant="ben", **{f"scope {READ}": "on"})
    # A phone has no room for the other columns, and two connections of a merchant differ only in time.
    since = [
        each for each in console.see(APPS).root.all("span") if "slim" in each.attributes.get("class", "")
    ]
    assert len(since) == 1
    seen = console.act(APPS, do="uninstall", client_id="app", merchant="ben")
    assert "has lost its tokens of ben." in seen.response.text
    assert console.mock.oauth.connections == []
    for form, status in (
        ({"do": "install", "client_id": "<b>plain</b>", "merchant": "ben"}, 400),
        ({"do": "install", "client_id": "third", "merchant": "ben"}, 404),
        ({"do": "uninstall", "client_id": "app", "merchant": "carl"}, 404),
        ({"do": "remove", "client_id": "app", "merchant": "ben"}, 400),
    ):
        console.refused(APPS, status, **form)


def test_a_mock_without_apps_has_no_such_pages() -> None:
    console = Console()
    assert "console/oauth" not in console.see().response.text
    for path in (APPS, PAGE):
        assert console.client.get(f"/_mock/{path}").status_code == 404
    headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
    assert console.client.post(f"/_mock/{APPS}", content="do=install", headers=headers).status_code == 404
