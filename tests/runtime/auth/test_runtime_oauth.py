"""Access tokens of partner apps: sent, renewed ahead and after a refusal, once at a time, and never shown."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import threading
import traceback
from typing import Any
from urllib.parse import parse_qs

import pytest

from aftership_tracking.errors import (
    AfterShipError,
    AuthenticationError,
    ConnectError,
    DecodeError,
    ServerError,
    UsageError,
)
from aftership_tracking.runtime.auth.oauth import OAuthApp, OAuthToken, Tokens
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from limit_support import ManualClock
from patience import PATIENCE

NOW = 1_700_000_000.0
ACCESS, NEWER = "access-token-000001", "access-token-000002"
REFRESH, ROTATED = "refresh-token-000001", "refresh-token-000002"
CLIENT_SECRET = "client-secret-000001"
TOKEN_URL = "https://accounts.example/oauth/token"
API = Request("GET", "https://api.example/x", Headers())


def app(**more: Any) -> OAuthApp:
    return OAuthApp("app-1", CLIENT_SECRET, token_url=TOKEN_URL, **more)


def respond(status: int = 200, **content: Any) -> Response:
    return Response(status, Headers(), json.dumps(content).encode())


GOOD = {"access_token": NEWER, "refresh_token": ROTATED, "expires_in": 3600, "scope": "a:read b:write"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def token(clock: ManualClock) -> OAuthToken:
    return OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW + 3600), app=app(), clock=clock
    )


def sent_token(token: OAuthToken) -> str:
    return token.sign(API).headers["authorization"]


def test_token_is_sent_as_bearer() -> None:
    signed = OAuthToken(ACCESS).sign(API)
    assert dict(signed.headers) == {"authorization": f"Bearer {ACCESS}"}
    assert (signed.url, signed.body) == (API.url, API.body)


@pytest.mark.parametrize(("prefix", "value"), [("Token", f"Token {ACCESS}"), ("", ACCESS)])
def test_header_and_prefix_can_be_configured(prefix: str, value: str) -> None:
    signed = OAuthToken(ACCESS, header="As-Access-Token", prefix=prefix).sign(API)
    assert dict(signed.headers) == {"as-access-token": value}


def test_token_without_an_app_is_never_renewed(clock: ManualClock) -> None:
    token = OAuthToken(Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW - 1), clock=clock)
    assert token.begin_renewal() is None
    assert not token.note_refusal(token.sign(API), Response(401, Headers(), b""))


def test_token_is_renewed_before_it_ends(clock: ManualClock, token: OAuthToken) -> None:
    assert token.begin_renewal() is None
    clock.now += 3600 - 61
    assert token.begin_renewal() is None
    clock.now += 1
    request = token.begin_renewal()
    assert isinstance(request, Request)
    assert (request.method, request.url) == ("POST", TOKEN_URL)
    assert parse_qs(request.body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": [REFRESH]}
    basic = base64.b64encode(f"app-1:{CLIENT_SECRET}".encode()).decode()
    assert request.headers["authorization"] == f"Basic {basic}"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    token.finish_renewal(respond(**GOOD))
    assert token.tokens == Tokens(
        access_token=NEWER, refresh_token=ROTATED, expires_at=clock.now + 3600, scopes=("a:read", "b:write")
    )
    assert sent_token(token) == f"Bearer {NEWER}"
    assert token.begin_renewal() is None


def test_refresh_token_is_preserved_without_a_new_one(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600
    token.begin_renewal()
    token.finish_renewal(respond(access_token=NEWER))
    assert token.tokens == Tokens(access_token=NEWER, refresh_token=REFRESH, expires_at=None)


def test_others_continue_with_the_old_token_while_it_is_good(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600 - 5
    assert isinstance(token.begin_renewal(), Request)
    assert token.begin_renewal() is None
    clock.now += 6
    waiting = token.begin_renewal()
    assert isinstance(waiting, float)
    assert 0 < waiting < 1
    token.finish_renewal(respond(**GOOD))
    assert token.begin_renewal() is None


def test_cancelled_renewal_lets_the_next_one_begin(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3601
    assert isinstance(token.begin_renewal(), Request)
    token.finish_renewal(None)
    assert isinstance(token.begin_renewal(), Request)


def test_abandoned_renewal_lets_the_next_one_begin_after_its_lease(
    clock: ManualClock, token: OAuthToken
) -> None:
    clock.now += 3601
    assert isinstance(token.begin_renewal(), Request)
    assert isinstance(token.begin_renewal(), float)
    clock.now += 21
    assert isinstance(token.begin_renewal(), Request)


def test_child_process_does_not_wait_for_a_renewal_of_its_parent(
    clock: ManualClock, token: OAuthToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now += 3601
    assert isinstance(token.begin_renewal(), Request)
    monkeypatch.setattr("os.getpid", lambda: 4242)
    assert isinstance(token.begin_renewal(), Request)


@pytest.mark.parametrize("lifetime", [0, 1, 30, 119])
def test_token_with_a_short_lifetime_is_not_due_at_once(
    clock: ManualClock, token: OAuthToken, lifetime: float
) -> None:
    clock.now += 3600
    token.begin_renewal()
    token.finish_renewal(respond(**{**GOOD, "expires_in": lifetime}))
    assert token.begin_renewal() is None
    clock.now += max(lifetime / 2 - 0.1, 0.0)
    assert token.begin_renewal() is None
    clock.now += max(lifetime, 1.0)
    assert isinstance(token.begin_renewal(), Request)


def refuse(token: OAuthToken, request: Request) -> bool:
    return token.note_refusal(request, Response(401, Headers(), b""))


def test_refused_token_is_renewed(clock: ManualClock) -> None:
    token = OAuthToken(Tokens(access_token=ACCESS, refresh_token=REFRESH), app=app(), clock=clock)
    request = token.sign(API)
    assert not token.note_refusal(request, Response(403, Headers(), b""))
    assert token.begin_renewal() is None
    assert refuse(token, request)
    assert isinstance(token.begin_renewal(), Request)
    # It is no longer good, so all others wait.
    assert isinstance(token.begin_renewal(), float)
    token.finish_renewal(respond(**GOOD))
    # A request that was under way with the old token is repeated, and no other renewal begins.
    assert refuse(token, request)
    assert token.begin_renewal() is None


def test_new_token_that_is_refused_at_once_is_not_renewed(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600
    token.begin_renewal()
    token.finish_renewal(respond(**GOOD))
    assert not refuse(token, token.sign(API))
    clock.now += 31
    assert refuse(token, token.sign(API))


# ---- renewals that fail ----

FAILURES: list[tuple[Any, type[AfterShipError]]] = [
    (respond(400, error="invalid_grant", error_description=f"{REFRESH} is used up"), AuthenticationError),
    (respond(401, error="invalid_client"), AuthenticationError),
    (respond(500), ServerError),
    (Response(502, Headers(), b"<html>"), ServerError),
    (respond(200, token="x"), DecodeError),
    (respond(200, access_token="two words"), DecodeError),
    (Response(200, Headers(), b"[" * 100_000), DecodeError),
    (Response(302, Headers({"location": "https://evil.example"}.items()), b""), AuthenticationError),
    (ConnectError("no connection"), ConnectError),
]


@pytest.mark.parametrize(("outcome", "error"), FAILURES, ids=lambda one: getattr(one, "__name__", "outcome"))
def test_failed_renewal_of_a_token_that_has_ended(
    clock: ManualClock, token: OAuthToken, outcome: Any, error: type[AfterShipError]
) -> None:
    clock.now += 3600
    token.begin_renewal()
    with pytest.raises(error) as caught:
        token.finish_renewal(outcome)
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    ours = text[text.index("aftership_tracking") :]
    for hidden in (ACCESS, REFRESH, CLIENT_SECRET, "two words"):
        assert hidden not in str(caught.value) + repr(caught.value)
        assert hidden not in repr(vars(caught.value))
        assert hidden not in ours


@pytest.mark.parametrize("outcome", [one for one, error in FAILURES if error is not AuthenticationError])
def test_failed_renewal_of_a_token_that_is_good_is_tried_again_later(
    clock: ManualClock, token: OAuthToken, outcome: Any, caplog: pytest.LogCaptureFixture
) -> None:
    clock.now += 3600 - 60
    token.begin_renewal()
    with caplog.at_level(logging.WARNING):
        token.finish_renewal(outcome)
    assert "still good" in caplog.text
    assert ACCESS not in caplog.text
    assert token.begin_renewal() is None
    assert sent_token(token) == f"Bearer {ACCESS}"
    clock.now += 10
    assert isinstance(token.begin_renewal(), Request)


def test_refused_refresh_token_is_not_sent_again(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600
    token.begin_renewal()
    with pytest.raises(AuthenticationError, match=r"invalid_grant.*connect the app again"):
        token.finish_renewal(respond(400, error="invalid_grant"))
    for _ in range(3):
        with pytest.raises(AuthenticationError, match="invalid_grant"):
            token.begin_renewal()


# ---- the callbacks `on_refreshed` and `load` ----


def test_new_tokens_are_passed_on_to_be_saved(clock: ManualClock) -> None:
    saved: list[Tokens] = []
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW),
        app=app(),
        clock=clock,
        on_refreshed=saved.append,
    )
    token.begin_renewal()
    token.finish_renewal(respond(**GOOD))
    assert saved == [token.tokens]
    # A new process begins with the saved tokens.
    assert sent_token(OAuthToken(saved[0], app=app(), clock=clock)) == f"Bearer {NEWER}"


def test_tokens_that_cannot_be_saved_are_used_all_the_same(clock: ManualClock) -> None:
    def save(tokens: Tokens) -> None:
        raise OSError("disk full")

    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW),
        app=app(),
        clock=clock,
        on_refreshed=save,
    )
    token.begin_renewal()
    with pytest.raises(OSError, match="disk full"):
        token.finish_renewal(respond(**GOOD))
    assert sent_token(token) == f"Bearer {NEWER}"
    assert token.begin_renewal() is None


def test_renewal_of_another_process_is_used(clock: ManualClock) -> None:
    saved = [Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW)]
    token = OAuthToken(saved[-1], app=app(), clock=clock, load=lambda: saved[-1])
    saved.append(Tokens(access_token=NEWER, refresh_token=ROTATED, expires_at=NOW + 3600))
    assert token.begin_renewal() is None
    assert sent_token(token) == f"Bearer {NEWER}"
    clock.now += 3600
    request = token.begin_renewal()
    assert isinstance(request, Request)
    assert ROTATED in request.body.decode()


def test_tokens_of_a_new_connection_replace_a_dead_refresh_token(clock: ManualClock) -> None:
    saved = [Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW)]
    token = OAuthToken(saved[-1], app=app(), clock=clock, load=lambda: saved[-1])
    token.begin_renewal()
    with pytest.raises(AuthenticationError):
        token.finish_renewal(respond(400, error="invalid_grant"))
    saved.append(Tokens(access_token=NEWER, refresh_token=ROTATED, expires_at=NOW + 3600))
    assert token.begin_renewal() is None


def test_failed_load_does_not_block_the_next_renewal(clock: ManualClock) -> None:
    loaded: list[Any] = [None, Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW)]
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW),
        app=app(),
        clock=clock,
        load=lambda: loaded.pop(0),
    )
    with pytest.raises(UsageError, match="load must return Tokens"):
        token.begin_renewal()
    assert isinstance(token.begin_renewal(), Request)


@pytest.mark.parametrize(
    "tokens", ["", "two words", "größe", "a\nb", Tokens(access_token=""), Tokens(access_token=None), 5, None]
)  # type: ignore[arg-type]
def test_token_that_cannot_be_sent_is_refused(tokens: Any) -> None:
    with pytest.raises(UsageError, match="OAuthToken needs") as caught:
        OAuthToken(tokens)
    assert "two words" not in str(caught.value)


@pytest.mark.parametrize(
    "settings", [{"header": ""}, {"header": "a b"}, {"header": "a:"}, {"prefix": "a\nb"}]
)
def test_header_that_cannot_be_sent_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        OAuthToken(ACCESS, **settings)


def test_nothing_shows_a_token(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600
    request = token.begin_renewal()
    shown = repr([token, token.tokens, token._state, token._known, request, token.sign(API), app()])
    shown += f"{token} {token.tokens} {token.tokens:}"
    for hidden in (ACCESS, REFRESH, CLIENT_SECRET):
        assert hidden not in shown
    with pytest.raises(TypeError):
        pickle.dumps(token)


def test_every_token_is_masked_in_responses(clock: ManualClock, token: OAuthToken) -> None:
    clock.now += 3600
    token.begin_renewal()
    token.finish_renewal(respond(**GOOD))
    content = " ".join((ACCESS, REFRESH, NEWER, ROTATED, CLIENT_SECRET)).encode()
    assert token.erase(content) == b"*** *** *** *** ***"


# ---- many threads at once, without a network ----


def test_one_renewal_for_many_threads() -> None:
    """The token has expired, so all threads wait for the one that renews."""
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW), app=app(), clock=ManualClock(NOW)
    )
    barrier, release = threading.Barrier(8), threading.Event()
    renewals: list[Request] = []
    used: list[str] = []

    def work() -> None:
        barrier.wait()
        while (needed := token.begin_renewal()) is not None:
            if isinstance(needed, Request):
                renewals.append(needed)
                release.wait(PATIENCE)
                token.finish_renewal(respond(**GOOD))
            else:
                # A thread waits, so the renewal may end.
                release.set()
        used.append(sent_token(token))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(renewals) == 1
    assert used == [f"Bearer {NEWER}"] * 8


def test_attributes_show_no_token() -> None:
    """Debuggers and crash reporters show those of `self`."""
    secret = "access-secret-000001"
    token = OAuthToken(Tokens(access_token=secret, refresh_token="refresh-secret-000001"))
    assert "secret" not in repr(vars(token))
    # Its account is the same in each process, and another one than that of another token.
    assert token.account == OAuthToken(secret).account != OAuthToken("access-other-000001").account
    assert OAuthToken(secret, account="merchant 1").account == "merchant 1"
