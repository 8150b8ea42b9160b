"""The console in a real browser, with its policy and its script: one browser and one mock for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aftership_tracking.mock import Mock
from page_support.browser import watch
from page_support.console import HOSTILE, KEY
from page_support.served import ServedMock, serve_here

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 568}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def shared() -> Iterator[ServedMock]:
    with serve_here(Mock()) as found:
        yield found


@pytest.fixture
def served(shared: ServedMock) -> ServedMock:
    shared.clear()
    return shared


def test_a_parcel_is_created_advanced_and_reported(browser: Any, served: ServedMock) -> None:
    with watch(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/")
        page.get_by_role("link", name="Webhooks").click()
        page.get_by_label("URL", exact=True).fill("http://127.0.0.1:1/hook")
        page.get_by_label("Secret that signs").fill("s3cret")
        page.get_by_role("button", name="Add the URL").click()
        page.get_by_text("The URL gets webhooks from now on.").wait_for()

        page.get_by_role("link", name="Parcels").click()
        page.get_by_role("link", name="Add parcels").click()
        form = page.locator("form", has=page.get_by_label("Tracking number"))
        form.get_by_label("API key").fill(KEY)
        form.get_by_label("Tracking number").fill("KETTLE-1")
        form.get_by_label("Courier").fill("dhl")
        form.get_by_label("Journey").select_option("delivered")
        page.get_by_role("button", name="Add the parcel", exact=True).click()
        page.get_by_role("heading", name="KETTLE-1").wait_for()
        assert "note=" not in page.url
        assert page.locator(".timeline.planned li").count() > 1

        page.get_by_label("Or as long as you want").fill("2d")
        page.get_by_role("button", name="Advance").click()
        page.get_by_text("The parcel is further in its life.").wait_for()
        assert page.locator("#head .chip").inner_text() == "InTransit"

        page.get_by_role("link", name="Webhooks").click()
        page.get_by_role("link", name="tracking_update").first.click()
        page.get_by_text("right", exact=True).wait_for()
        assert '"tracking_number": "KETTLE-1"' in page.locator("pre").inner_text()
        assert "aftership-hmac-sha256" in page.content()
        assert served.received


def test_a_fault_is_planted_and_seen_in_the_journal_as_it_happens(browser: Any, served: ServedMock) -> None:
    with watch(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/console/faults")
        page.get_by_label("Status").fill("429")
        page.get_by_label("Headers, one on a line").fill("Retry-After: 7")
        page.get_by_label("Operation").select_option("trackings.list")
        page.get_by_role("button", name="Plan it").click()
        page.get_by_text("status 429, Retry-After: 7").wait_for()

        page.get_by_role("link", name="Requests").click()
        page.get_by_text("Nothing was requested yet.").wait_for()
        # Nobody reloads: the request appears by itself, and is announced.
        response = served.call("GET", "/trackings")
        assert (response.status_code, response.headers["retry-after"]) == (429, "7")
        page.get_by_text("a planned 429").wait_for()
        page.get_by_text("1 new entry").wait_for(state="attached")

        page.get_by_role("button", name="Pause live updates").click()
        page.get_by_role("link", name="GET /tracking/2026-07/trackings").click()
        page.get_by_text("fault 1 fired").wait_for()
        assert KEY not in page.content()


def test_a_page_of_what_is_gone_says_so(browser: Any, served: ServedMock) -> None:
    """A parcel is deleted, and the mock restored, while somebody looks at its page."""
    [identifier] = served.mock.seed([{"tracking_number": "KETTLE-2", "slug": "dhl"}], key=KEY)
    before = served.mock.snapshot()
    account = served.mock.parcels.accounts()[0].name
    # A browser complains of each 404.
    with watch(browser, viewport=WIDE, may_complain=True) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/console/parcels/{account}/{identifier}")
        page.get_by_role("heading", name="KETTLE-2").wait_for()
        assert served.call("DELETE", f"/trackings/{identifier}").status_code == 200
        gone = page.get_by_role("alert").filter(has_text="not there any more")
        gone.wait_for()
        served.mock.restore(before)
        gone.wait_for(state="detached")
        page.route("**/_mock/**", lambda route: route.abort())
        page.get_by_text("The mock does not respond").wait_for()


def test_what_is_hostile_stays_text(browser: Any, served: ServedMock) -> None:
    hour_ago = (served.mock.clock.now() - timedelta(hours=1)).isoformat()
    served.mock.seed(
        [
            {
                "tracking_number": HOSTILE,
                "title": HOSTILE,
                "slug": "dhl",
                "created_at": hour_ago,
                "checkpoints": [
                    {
                        "checkpoint_time": hour_ago,
                        "tag": "InTransit",
                        "message": HOSTILE,
                        "location": HOSTILE,
                    }
                ],
            }
        ],
        key=KEY,
    )
    served.call("GET", "/trackings", headers={"x-hostile": HOSTILE})
    served.call("POST", "/trackings", json={"tracking_number": HOSTILE})
    with watch(browser, viewport=PHONE, color_scheme="dark") as watched:
        page = watched.page
        page.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(f"{served.url}/_mock/")
        page.locator("#parcels tbody a").first.click()
        page.get_by_role("heading", name=HOSTILE).wait_for()
        assert page.locator(".timeline").inner_text().count(HOSTILE) == 2
        for number in ("1", "2"):
            page.goto(f"{served.url}/_mock/console/requests/{number}")
            assert HOSTILE.split("'")[0][:20] in page.locator("main").inner_text()
        assert page.locator("main script, main img").count() == 0
        assert watched.dialogs == []


def test_a_script_that_got_in_would_not_run(browser: Any, served: ServedMock) -> None:
    """The policy itself: the page is given markup as a fault of ours would write it."""
    with watch(browser, may_complain=True) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/")
        page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
                const image = document.createElement("img");
                image.src = "http://127.0.0.2:9/x.png";
                document.body.append(image);
                document.body.setAttribute("onclick", "window.ran = true");
            }"""
        )
        page.locator("body").click()
        assert page.evaluate("window.ran") is None
        assert any("Content Security Policy" in each for each in watched.complaints)


@pytest.mark.parametrize("size", [WIDE, PHONE, SMALL], ids=["wide", "phone", "small"])
def test_every_page_fits(browser: Any, served: ServedMock, size: dict[str, int]) -> None:
    """Nothing is wider than the window, whatever texts come; and the keyboard comes to the content first."""
    key = KEY
    long = "Averylongwordwithoutanyspace" * 8
    [identifier] = served.mock.seed([{"tracking_number": long[:100], "title": long, "slug": "dhl"}], key=key)
    served.mock.webhooks.add(f"http://127.0.0.1:1/{long}", secret="s")
    served.mock.put(identifier, tag="Delivered", key=key)
    served.mock.faults.add(503, path=f"/{long}", headers={"x-long": long})
    served.call("GET", f"/trackings/{long}?keyword={long}", headers={"x-long": long})
    account = served.mock.parcels.accounts()[0].name
    paths = [
        "",
        f"console/parcels/{account}/{identifier}",
        "console/parcels/new",
        "console/requests",
        "console/requests/1",
        "console/webhooks",
        "console/faults",
        "console/clock",
        "console/nothing",
        "explorer",
        "explorer/2026-07",
        "explorer/2026-07/create-tracking",
    ]
    with watch(browser, may_complain=True, viewport=size) as watched:
        page = watched.page
        for path in paths:
            page.goto(f"{served.url}/_mock/{path}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], path
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
            # A part that scrolls for itself may be cut too.
            links = page.get_by_role("navigation", name="Main").get_by_role("link")
            boxes = [link.bounding_box() for link in links.all()]
            assert len(boxes) == 6
            assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes), path


def test_without_script_all_works(browser: Any, served: ServedMock) -> None:
    with watch(browser, viewport=WIDE, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/console/clock")
        before = served.mock.clock.now()
        page.get_by_role("button", name="1 day").click()
        page.get_by_text("The clock was moved.").wait_for()
        assert (served.mock.clock.now() - before).total_seconds() >= 86400
        assert page.get_by_role("button", name="Pause live updates").count() == 0
        page.goto(f"{served.url}/_mock/console/faults")
        page.locator("li", has=page.get_by_text("outage", exact=True)).get_by_role("button").click()
        page.get_by_text("outage is on.").wait_for()
        assert served.call("GET", "/couriers").status_code == 503


def test_a_token_is_given_once(browser: Any) -> None:
    # A browser complains of each 401.
    with serve_here(Mock(control_token="the-token")) as served, watch(browser, may_complain=True) as watched:
        page = watched.page
        page.goto(f"{served.url}/_mock/console/faults")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        page.get_by_text("this is not the token").wait_for()
        page.get_by_label("Token").fill("the-token")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Profiles").wait_for()
        page.get_by_role("link", name="Clock").click()
        page.get_by_role("button", name="1 hour").click()
        page.get_by_text("The clock was moved.").wait_for()
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Token").wait_for()
