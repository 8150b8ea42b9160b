"""Who may see the pages and send their forms, and what the browser may do."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Mock, MockRequest
from aftership_tracking.mock.console import rendering
from aftership_tracking.mock.console.security import MOST_SESSIONS, Login
from contract_support.document.installed import ReadOnce
from page_support.console import OWN, Console
from page_support.pages import Seen

HOST = "http://127.0.0.1:4010"
FORM = "application/x-www-form-urlencoded"
STEP = b"do=advance&step=1h"


def send(
    mock: Mock, method: str, path: str, headers: dict[str, str] | None = None, **parts: Any
) -> httpx.Response:
    """Send a request as over a network: through ASGI."""

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=mock)) as client:
            return await client.request(method, f"{HOST}/_mock/{path}", headers=headers or {}, **parts)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock(documents=ReadOnce)


@pytest.fixture(scope="module")
def guarded() -> Mock:
    return Mock(documents=ReadOnce, control_token="the-token-of-the-mock")


def enter(mock: Mock, token: str = "the-token-of-the-mock", back: str = "") -> httpx.Response:
    return send(mock, "POST", "console/login", OWN, data={"token": token, "back": back})


@pytest.mark.parametrize("path", ["", "console/clock", "console/static/x/console.css", "console/login"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:4010", ""])
def test_another_host_gets_no_page(mock: Mock, path: str, host: str) -> None:
    """A page whose own name points to this machine would send it."""
    for method in ("GET", "POST"):
        response = send(mock, method, path, {**OWN, "host": host, "content-type": FORM})
        assert (response.status_code, response.headers["content-type"]) == (403, "text/plain; charset=utf-8")
        assert "--allow-host" in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-site"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
@pytest.mark.parametrize("path", ["console/clock", "console/faults", "", "console/login", "console/logout"])
def test_forms_come_from_pages_of_the_console(mock: Mock, headers: dict[str, str], path: str) -> None:
    before = mock.clock.now()
    response = send(mock, "POST", path, {**headers, "content-type": FORM}, content=STEP)
    assert response.status_code == 403
    assert "control API" in response.text
    assert (mock.clock.now() - before).total_seconds() < 3000


@pytest.mark.parametrize("headers", [{"origin": HOST}, {"sec-fetch-site": "same-origin"}, OWN])
def test_its_own_forms_are_good(mock: Mock, headers: dict[str, str]) -> None:
    before = mock.clock.now()
    response = send(mock, "POST", "console/clock", {**headers, "content-type": FORM}, content=STEP)
    assert response.status_code == 303
    assert (mock.clock.now() - before).total_seconds() >= 3600


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_forms_are_forms(mock: Mock, kind: str) -> None:
    """JSON goes to the control API, which has its own checks."""
    headers = {**OWN, **({"content-type": kind} if kind else {})}
    assert send(mock, "POST", "console/clock", headers, content=STEP).status_code == 415


def test_links_of_other_sites_are_followed_and_nothing_else(mock: Mock) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert send(mock, "GET", "console/requests", link).status_code == 200
    for mode in ("cors", "no-cors"):
        headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
        assert send(mock, "GET", "console/requests", headers).status_code == 403
    assert send(mock, "GET", "console/requests.har", {"origin": "http://evil.example"}).status_code == 403


def test_cors_is_never_for_pages() -> None:
    mock = Mock(documents=ReadOnce, cors=True)
    for method in ("GET", "OPTIONS"):
        headers = {"origin": "http://app.example", "access-control-request-method": "POST"}
        response = send(mock, method, "", headers)
        assert response.status_code == 403
        assert not any(name.startswith("access-control") for name in response.headers)


@pytest.mark.parametrize("path", ["", "console/requests", "console/requests.har", "console/nothing"])
def test_without_the_token_there_is_only_the_login(guarded: Mock, path: str) -> None:
    response = send(guarded, "GET", path)
    assert response.status_code == 401
    assert Seen(response).root.all("h1")[0].whole_text == "Log in"
    assert not Seen(response).root.all("nav")
    refused = send(guarded, "POST", path, OWN, data={"do": "advance", "step": "1h"})
    assert refused.status_code == 401


def test_a_login_leads_to_the_page_that_was_wanted(guarded: Mock) -> None:
    for path in ("console/parcels/a%2Fb/c", "console/requests/7", ""):
        assert Seen(send(guarded, "GET", path)).value("back") == path
        assert enter(guarded, back=path).headers["location"] == f"/_mock/{path}"
    refused = enter(guarded, "wrong", back="console/clock")
    assert Seen(refused).value("back") == "console/clock"


def test_a_browser_logs_in_once(guarded: Mock) -> None:
    entered = enter(guarded, back="console/faults")
    assert (entered.status_code, entered.headers["location"]) == (303, "/_mock/console/faults")
    cookie, *attributes = entered.headers["set-cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Path=/_mock", "SameSite=Strict"]
    assert "the-token" not in cookie
    assert cookie.startswith("aftership-mock-4010=")
    page = send(guarded, "GET", "console/faults", {"cookie": f"other=1; {cookie}"})
    assert page.status_code == 200
    # The cookie opens pages, and not the control API.
    assert send(guarded, "GET", "clock", {"cookie": cookie}).status_code == 401
    left = send(guarded, "POST", "console/logout", {**OWN, "cookie": cookie, "content-type": FORM})
    assert left.status_code == 303
    assert left.headers["set-cookie"].endswith("; Max-Age=0")


def test_a_cookie_is_worth_nothing_after_the_logout(guarded: Mock) -> None:
    """Also for somebody who copied it. Other browsers stay in."""
    mine, other = (enter(guarded).headers["set-cookie"].split(";")[0] for _ in range(2))
    send(guarded, "POST", "console/logout", {**OWN, "cookie": mine, "content-type": FORM})
    assert send(guarded, "GET", "", {"cookie": mine}).status_code == 401
    assert send(guarded, "GET", "", {"cookie": other}).status_code == 200


def test_logins_without_end_do_not_fill_the_memory() -> None:
    login = Login("token")
    request = MockRequest.to("POST", "/_mock/console/login")
    first, *_, last = (login.enter(request, "token").split(";")[0] for _ in range(MOST_SESSIONS + 1))
    known = [
        login.is_in(MockRequest.to("GET", "/_mock/", headers={"cookie": each})) for each in (first, last)
    ]
    assert known == [False, True]


def test_a_wrong_token_does_not_open_it(guarded: Mock) -> None:
    for token in ("", "the-token-of-the-moc", "\udcff", "the-token-of-the-mock2"):
        refused = enter(guarded, token.encode("utf-8", "replace").decode())
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)
        assert "not the token" in Seen(refused).alert()
    for cookie in (
        "aftership-mock-4010=",
        "aftership-mock-4010=the-token-of-the-mock",
        "aftership-mock-4010=x; y",
    ):
        assert send(guarded, "GET", "", {"cookie": cookie}).status_code == 401


def test_a_mock_does_not_take_the_cookie_of_another_one(guarded: Mock) -> None:
    other = Mock(documents=ReadOnce, control_token="the-token-of-the-mock")
    cookie = enter(other).headers["set-cookie"].split(";")[0]
    assert send(other, "GET", "", {"cookie": cookie}).status_code == 200
    assert send(guarded, "GET", "", {"cookie": cookie}).status_code == 401


def test_programs_give_the_token_in_a_header(guarded: Mock) -> None:
    for headers in (
        {"as-mock-token": "the-token-of-the-mock"},
        {"authorization": "Bearer the-token-of-the-mock"},
    ):
        assert send(guarded, "GET", "console/requests", headers).status_code == 200


@pytest.mark.parametrize(
    "back", ["//evil.example", "http://evil.example/", "console/../../x", "\r\nx: y", "nothing"]
)
def test_a_login_leads_to_pages_of_the_mock_only(guarded: Mock, back: str) -> None:
    assert enter(guarded, back=back).headers["location"] == "/_mock/"


def test_files_need_no_token_and_nothing_else_is_a_file(guarded: Mock) -> None:
    page = send(guarded, "GET", "").text
    files = re.findall(r'(?:href|src)="/_mock/(console/static/[^"]+)"', page)
    assert len(files) == 3
    for path in files:
        response = send(guarded, "GET", path)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    for name in ("../site.py", "..%2Fsite.py", "base.html", "", "console.py", "%00.css", "nothing.css"):
        assert send(guarded, "GET", f"console/static/x/{name}").status_code in (401, 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(mock: Mock, method: str) -> None:
    response = send(mock, method, "console/clock", {**OWN, "content-type": FORM})
    assert response.status_code == 405
    assert "GET, POST" in Seen(response).alert()
    assert response.headers["allow"] == "GET, POST"


def test_a_form_has_an_end(mock: Mock) -> None:
    for body in (b"a=b&" * 500, b"a=" + b"x" * (1024 * 1024 + 1)):
        response = send(mock, "POST", "console/clock", {**OWN, "content-type": FORM}, content=body)
        assert response.status_code == 413


def test_bytes_that_are_not_text_do_no_harm(mock: Mock) -> None:
    for path in (
        "console/%FF/%00",
        "console/parcels/%F0%28/%80",
        "console/requests?operation=%FF%FE&status=%00",
    ):
        assert send(mock, "GET", path).status_code in (400, 404)
    body = b"do=advance&step=%FF%00\xff"
    assert send(mock, "POST", "console/clock", {**OWN, "content-type": FORM}, content=body).status_code == 400


def test_head_is_a_get_without_a_body(mock: Mock) -> None:
    response = send(mock, "HEAD", "")
    assert (response.status_code, response.content) == (200, b"")


def test_pages_of_a_mock_under_a_prefix_link_below_it() -> None:
    mock = Mock(documents=ReadOnce)
    response = mock.handle(MockRequest("GET", b"/_mock/", mount=b"/sandbox"))
    links = re.findall(r'(?:href|src|action)="([^"#]*)', response.body.decode())
    assert len(links) > 5
    assert [link for link in links if link and not link.startswith("/sandbox/_mock/")] == []


def test_a_page_that_fails_says_so_and_the_mock_goes_on(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.mock.parcels, "search", None)
    response = console.client.get("/_mock/")
    assert (response.status_code, response.text) == (500, "TypeError in the mock, see its log\n")
    assert console.see("console/clock")


def test_without_jinja2_the_pages_say_what_to_install(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendering._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    for path in ("", "console/nothing"):
        response = console.client.get(f"/_mock/{path}")
        assert response.headers["content-type"].startswith("text/plain")
    assert console.client.get("/_mock/").status_code == 503
    assert "python -m pip install 'aftership-tracking-client[mock]'" in console.client.get("/_mock/").text
    assert console.client.get("/_mock/health").status_code == 200


def test_the_mock_starts_without_its_pages() -> None:
    code = (
        "import sys; from aftership_tracking.mock import Mock, MockRequest; mock = Mock(); "
        "mock.handle(MockRequest.to('GET', '/_mock/clock')); "
        "early = [n for n in sys.modules if n.startswith(('jinja2', 'aftership_tracking.mock.console'))]; "
        "mock.handle(MockRequest.to('GET', '/_mock/')); print(early, 'jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True\n"
