"""Whatever is typed or sent: a page with a sentence, and never a fault of the mock."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.mock import MockApp, MockOAuth
from aftership_tracking.mock.console.routes import OAUTH_ROUTES, ROUTES
from page_support.console import OWN, Console
from page_support.pages import Seen

SCOPE = "aftership:tracking:read"
APP = MockApp(
    client_id="app",
    client_secret="s",
    redirect_uris=["http://127.0.0.1:1/back"],
    scopes=[SCOPE],
    app_url="http://127.0.0.1:1/",
)


def words(text: str) -> list[str]:
    return text.split()


FIELDS = words("""
    do account new_key tracking_number slug title journey fields count template step status url secret version
    number name on operation path query nth times chance code headers body body_text at delay drop always set
    speed text tag courier start key before note
    client_id merchant redirect_uri response_type state code_challenge code_challenge_method
""")
SCOPE_FIELDS = [f"scope {SCOPE}", "scope"]
WORDS = words("""
    0 1 7 -1 0.5 1e400 nan 1e-320 1h 100000d 0s {} [] { create seed advance put follow add remove profile
    switch clear speed Delivered Exception_013 customs own outage legacy 2026-07 trackings.list http://127.0.0.1:1/
    http://[ a=b a:b html text null after dhl a-key 2024-02-07T00:00:00Z 9999-12-31T23:59:59Z
    0001-01-01T00:00:00+14:00 app merchant-1 code approve deny install uninstall http://127.0.0.1:1/back S256
    {"a":NaN} {"tag":"Delivered"} {"id":1} {"created_at":"2024-02-01T00:00Z"}
""")
VALUES = st.text(max_size=20) | st.sampled_from([*WORDS, "9" * 400])
FORMS = st.dictionaries(st.sampled_from([*FIELDS, *SCOPE_FIELDS]), VALUES, max_size=8)
PARTS = st.text(max_size=8) | st.sampled_from(("1", "nothing", "..", "%00", "%FF", "{id}"))


@pytest.fixture(scope="module")
def any_console() -> Console:
    found = Console(options={"tokens": MockOAuth(apps=[APP])})
    found.fill()
    return found


@given(st.sampled_from(sorted({**ROUTES, **OAUTH_ROUTES})), FORMS, FORMS, st.booleans(), PARTS)
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_is_a_fault_of_the_mock(
    any_console: Console, route: str, query: dict[str, str], form: dict[str, str], sends: bool, part: str
) -> None:
    part = quote(part, safe="%")
    path = route.format(account=any_console.account, id=part, number="1", event=part)
    target = f"/_mock/{path}?{urlencode(query, errors='replace')}"
    headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
    content = urlencode(form, errors="replace")
    response = (
        any_console.client.post(target, content=content, headers=headers)
        if sends
        else any_console.client.get(target)
    )
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        sentence = Seen(response).alert()
        assert sentence.strip()
        assert "Traceback" not in sentence
