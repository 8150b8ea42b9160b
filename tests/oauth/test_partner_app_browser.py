"""The ten steps in a real browser: two merchants install, approve, deny and uninstall the example app."""

from __future__ import annotations

import socket
from typing import Any

import httpx

from aftership_tracking.mock import Mock, MockApp, MockOAuth
from page_support.browser import watch
from page_support.served import serve_here
from patience import PATIENCE
from tests.oauth.conftest import ANNA, BEN, HOSTILE, PartnerWorld, serving_app

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WRITE = "aftership:tracking:write"
ANNAS, BENS = "1Z999AA10123456784", "9400111899223197428490"


def approve(page: Any, merchant: str) -> None:
    page.get_by_role("heading", name="Connect Parcel Pages?").wait_for()
    page.get_by_label(merchant).check()
    page.get_by_role("button", name="Approve").click()


def test_two_merchants_install_and_each_sees_their_own_parcels(browser: Any, world: PartnerWorld) -> None:
    for user, merchant, number, viewport in (
        ("anna", ANNA, ANNAS, WIDE),
        ("ben", BEN, BENS, PHONE),
    ):
        with watch(browser, viewport=viewport) as watched:
            page = watched.page
            # It begins at the service: "install app" sends a signed request to the app.
            page.goto(f"{world.url}/_mock/console/oauth")
            page.get_by_label("Install as").select_option(merchant)
            page.get_by_role("button", name="Install Parcel Pages", exact=True).click()
            page.get_by_role("button", name=f"I am {user}").click()
            assert page.get_by_label(merchant).is_checked()
            approve(page, merchant)
            page.get_by_role("heading", name=f"Parcels of {user}").wait_for()
            # Code, state and hmac do not stay in the address.
            assert page.url == f"{world.home}/"
            page.get_by_label("Number").fill(number)
            page.get_by_role("button", name="Add").click()
            page.get_by_role("cell", name=number).wait_for()
            assert page.locator("tr").count() == 2
    granted = [(each.merchant, len(each.scopes)) for each in world.mock.oauth.connections]
    assert granted == [(ANNA, 2), (BEN, 2)]

    with watch(browser, viewport=WIDE) as watched:
        page = watched.page
        # Anna uninstalls over there; her page says so, and Ben's goes on.
        page.goto(f"{world.url}/_mock/console/oauth")
        page.get_by_role("button", name=f"Uninstall Parcel Pages for {ANNA}").click()
        page.get_by_text(f"Parcel Pages has lost its tokens of {ANNA}.").wait_for()
        page.goto(world.home)
        page.get_by_role("button", name="I am anna").click()
        page.get_by_text("The connection has ended.").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="I am ben").click()
        page.get_by_role("cell", name=BENS).wait_for()
        # And Ben here: the tokens are revoked.
        page.get_by_role("button", name="Disconnect AfterShip").click()
        page.get_by_text("Your AfterShip account is not connected.").wait_for()
        assert world.mock.oauth.connections == []


def test_deny_and_other_scopes(browser: Any, world: PartnerWorld) -> None:
    # A browser complains of each 403 and 400.
    with watch(browser, viewport=PHONE, color_scheme="dark", may_complain=True) as watched:
        page = watched.page
        page.goto(world.home)
        page.get_by_role("button", name="I am anna").click()
        page.get_by_role("link", name="Connect AfterShip").click()
        page.get_by_role("button", name="Deny").click()
        page.get_by_text("The merchant was not connected (access_denied).").wait_for()
        assert world.mock.oauth.connections == []

        page.goto(f"{world.home}/connect")
        # No scope at all is not consent.
        for box in page.get_by_role("checkbox").all():
            box.uncheck()
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("alert").filter(has_text="allow at least one, or deny").wait_for()
        assert page.get_by_role("checkbox").first.is_checked() is False
        page.get_by_label("Read trackings").check()
        approve(page, ANNA)
        page.get_by_role("heading", name="Parcels of anna").wait_for()
        page.get_by_label("Number").fill(ANNAS)
        page.get_by_role("button", name="Add").click()
        page.get_by_text(f"the token lacks the scope {WRITE}").wait_for()
        # Consent once more, with all of it.
        page.goto(f"{world.home}/connect")
        approve(page, ANNA)
        page.get_by_label("Number").fill(ANNAS)
        page.get_by_role("button", name="Add").click()
        page.get_by_role("cell", name=ANNAS).wait_for()


def test_hostile_names_stay_text_on_the_page_of_consent(browser: Any, new_world: Any) -> None:
    with new_world(HOSTILE) as world, watch(browser, viewport=WIDE) as watched:
        page = watched.page
        page.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(world.oauth.authorization_url(state="s"))
        page.get_by_role("heading", name=f"Connect {HOSTILE}?").wait_for()
        assert page.locator("main script, main img").count() == 0
        page.goto(f"{world.url}/_mock/console/oauth")
        page.get_by_role("heading", name=HOSTILE).wait_for()
        assert page.locator("main script, main img").count() == 0
        assert watched.dialogs == []


def test_a_refused_address_shows_a_page_in_the_browser(browser: Any, world: PartnerWorld) -> None:
    right = httpx.URL(world.oauth.authorization_url(state="s"))
    wrong = str(right.copy_set_param("redirect_uri", "http://127.0.0.1:1/evil"))
    with watch(browser, may_complain=True) as watched:
        watched.page.goto(wrong)
        watched.page.get_by_role("heading", name="The app cannot be connected").wait_for()
        assert watched.page.url.startswith(world.url)
    assert httpx.get(wrong, timeout=PATIENCE).status_code == 303  # to the page of the mock


def test_the_app_may_send_the_browser_on_to_another_site(browser: Any) -> None:
    """A browser holds the whole way of a form against the policy of its page, not only the first address."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        hop = scope["path"] == "/hop"
        headers = [(b"location", f"http://localhost:{port}/end".encode())] if hop else []
        await send({"type": "http.response.start", "status": 303 if hop else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if hop else b"the end of the way"})

    with socket.create_server(("127.0.0.1", 0)) as listener, serving_app(app, listener):
        port = listener.getsockname()[1]
        registered = MockApp(
            client_id="a",
            client_secret="s",
            redirect_uris=[f"http://127.0.0.1:{port}/hop"],
            scopes=[WRITE],
            app_url=f"http://127.0.0.1:{port}/hop",
        )
        with serve_here(Mock(tokens=MockOAuth(apps=[registered]))) as served:
            for path, button in (
                ("oauth/authorize?response_type=code&client_id=a", "Approve"),
                ("oauth/authorize?response_type=code&client_id=a", "Deny"),
                ("_mock/console/oauth", "Install a"),
            ):
                with watch(browser, may_complain=True) as watched:
                    watched.page.goto(f"{served.url}/{path}")
                    watched.page.get_by_role("button", name=button, exact=True).click()
                    watched.page.get_by_text("the end of the way").wait_for()
