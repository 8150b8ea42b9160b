"""OAuth 2.0 for webhooks: tokens are issued to clients that have the secret, and checked on deliveries."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import Delivery, TokenError, TokenIssuer

CLIENT, CLIENT_SECRET = "aftership", "p+ss:w%rd & more"
KEY = "a signing key of enough bytes"
GRANT = {"grant_type": "client_credentials"}


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def issuer(**options) -> TokenIssuer:
    return TokenIssuer({CLIENT: CLIENT_SECRET}, **{"signing_key": KEY, "clock": Clock(), **options})


def form(fields, **headers) -> Delivery:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return Delivery(method="POST", path="/token", headers=sent, body=urlencode(fields).encode())


def basic(client=CLIENT, secret=CLIENT_SECRET, *, quoted=False) -> str:
    if quoted:
        client, secret = quote_plus(client), quote_plus(secret)
    return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()


def by_form(client=CLIENT, secret=CLIENT_SECRET, **more) -> Delivery:
    return form({**GRANT, "client_id": client, "client_secret": secret, **more})


def by_basic(*, quoted=False, fields=GRANT, **credentials) -> Delivery:
    return form(fields, Authorization=basic(quoted=quoted, **credentials))


def by_json(content) -> Delivery:
    return Delivery(
        method="POST",
        path="/token",
        headers={"content-type": "application/json"},
        body=json.dumps(content).encode(),
    )


def body(reply) -> dict[str, object]:
    assert dict(reply.headers)["Content-Type"] == "application/json"
    assert dict(reply.headers)["Cache-Control"] == "no-store"
    return json.loads(reply.body)


@pytest.mark.parametrize(
    "delivery", [by_form(), by_basic(), by_basic(quoted=True)], ids=["form", "basic", "basic, encoded"]
)
def test_the_token_that_is_issued_passes_the_check(delivery):
    server = issuer(lifetime=600)
    reply = server.issue(delivery)
    assert reply.status == 200
    content = body(reply)
    assert (content["token_type"], content["expires_in"]) == ("Bearer", 600)
    assert set(content) == {"access_token", "token_type", "expires_in"}
    assert server.check(f"Bearer {content['access_token']}") == CLIENT


def test_every_process_with_the_key_checks_it():
    token = issuer().token(CLIENT)
    assert issuer().check(f"Bearer {token}") == CLIENT
    with pytest.raises(TokenError):
        issuer(signing_key="another key of enough bytes").check(f"Bearer {token}")
    with pytest.raises(TokenError):
        issuer(signing_key=None).check(f"Bearer {token}")
    alone = issuer(signing_key=None)
    assert alone.check(f"Bearer {alone.token(CLIENT)}") == CLIENT


def test_tokens_expire():
    clock = Clock()
    server = issuer(lifetime=60, clock=clock)
    token = server.token(CLIENT)
    clock.now += 59
    assert server.check(f"Bearer {token}") == CLIENT
    clock.now += 1
    with pytest.raises(TokenError, match="expired"):
        server.check(f"Bearer {token}")


def test_tokens_of_a_removed_client_do_not_pass():
    token = issuer().token(CLIENT)
    with pytest.raises(TokenError):
        TokenIssuer({"other": "s"}, signing_key=KEY, clock=Clock()).check(f"Bearer {token}")
    with pytest.raises(UsageError):
        issuer().token("other")


@pytest.mark.parametrize(
    "delivery",
    [
        by_form(secret="wrong"),
        by_form(client="nobody"),
        by_form(secret=""),
        by_form(secret=f"{CLIENT_SECRET} "),
        form(GRANT),
        form({**GRANT, "client_id": CLIENT}),
        by_basic(secret="wrong"),
        by_basic(client="nobody"),
        by_basic(fields={**GRANT, "client_id": CLIENT, "client_secret": "wrong"}),
        by_json({**GRANT, "client_id": CLIENT, "client_secret": CLIENT_SECRET}),
    ],
)
def test_a_wrong_client_gets_the_error_of_the_standard(delivery):
    reply = issuer().issue(delivery)
    assert reply.status == 401
    assert body(reply)["error"] == "invalid_client"
    was_basic = "Authorization" in delivery.headers
    assert ("WWW-Authenticate" in dict(reply.headers)) is was_basic


@pytest.mark.parametrize(
    ("delivery", "error"),
    [
        (by_form(grant_type="password"), "unsupported_grant_type"),
        (form({"client_id": CLIENT, "client_secret": CLIENT_SECRET}), "invalid_request"),
        (by_basic(fields={}), "invalid_request"),
        (by_basic(fields={**GRANT, "client_id": "nobody"}), "invalid_request"),
        (form(GRANT, Authorization="Basic !"), "invalid_request"),
        (form(GRANT, Authorization="Basic " + base64.b64encode(b"no colon").decode()), "invalid_request"),
        (form(GRANT, Authorization="Bearer x"), "invalid_request"),
        (form(GRANT, Authorization=[basic(), basic()]), "invalid_request"),
        (form([*GRANT.items(), *GRANT.items()], Authorization=basic()), "invalid_request"),
        (form({str(number): "" for number in range(60)}), "invalid_request"),
        (by_form(scope="write"), "invalid_scope"),
    ],
)
def test_wrong_requests(delivery, error):
    reply = issuer(scopes=["read"]).issue(delivery)
    assert (reply.status, body(reply)["error"]) == (400, error)


def test_everything_undocumented_can_be_chosen():
    as_json = by_json({"client_id": CLIENT, "client_secret": CLIENT_SECRET})
    assert issuer(presentations=["json"], needs_grant_type=False).issue(as_json).status == 200
    assert issuer(presentations=["basic"]).issue(by_form()).status == 401
    assert issuer(presentations=["form"]).issue(by_basic()).status == 401
    assert body(issuer(token_type="Token").issue(by_form()))["token_type"] == "Token"
    granted = issuer().issue(by_form(scope="read write"))
    assert body(granted)["scope"] == "read write"
    token = issuer().token(CLIENT)
    assert issuer().check(token) == CLIENT
    assert issuer().check(f"bearer {token}") == CLIENT
    assert issuer(schemes=["Token"]).check(f"Token {token}") == CLIENT
    for header in (token, f"Bearer {token}"):
        with pytest.raises(TokenError):
            issuer(schemes=["Token"]).check(header)


def test_a_client_may_have_two_secrets_while_one_replaces_the_other():
    server = TokenIssuer({CLIENT: ["new", "old"]}, signing_key=KEY)
    assert server.issue(by_form(secret="new")).status == 200
    assert server.issue(by_form(secret="old")).status == 200
    assert server.issue(by_form(secret="older")).status == 401


def test_only_small_posts_are_read():
    reply = issuer().issue(replace(by_form(), method="GET"))
    assert (reply.status, dict(reply.headers)["Allow"]) == (405, "POST")
    assert issuer().issue(by_form(more="x" * 20_000)).status == 413


TOKEN = issuer().token(CLIENT)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic " + TOKEN,
        f"Bearer {TOKEN} {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN}=",
        f"Bearer {TOKEN.partition('.')[0]}",
        f"Bearer {TOKEN.partition('.')[0]}.",
        f"Bearer .{TOKEN.partition('.')[2]}",
        "Bearer é",
        "Bearer " + "A" * 100_000,
        "Bearer ..",
    ],
    # The token differs from run to run. The names of tests must not.
    ids=range(14),
)
def test_tokens_that_are_not_ours(header):
    with pytest.raises(TokenError) as caught:
        issuer().check(header)
    assert caught.value.status == 401


def test_a_token_signed_with_the_bare_key_does_not_pass():
    payload = json.dumps([CLIENT, 9_999_999_999, "x"]).encode()
    digest = hmac.digest(KEY.encode(), payload, "sha256")
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (payload, digest)]
    with pytest.raises(TokenError):
        issuer().check("Bearer " + ".".join(encoded))


@given(at=st.integers(0, len(TOKEN) - 1), character=st.characters(exclude_categories=["Cs"]))
def test_every_change_of_a_token_is_refused(at, character):
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(TokenError):
            issuer().check(f"Bearer {changed}")


@given(
    raw=st.binary(max_size=200),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "application/json"]),
)
def test_any_request_gets_a_response(raw, kind):
    every = issuer(presentations=["basic", "form", "json"])
    authorization = raw.decode("latin-1")
    assert every.issue(
        Delivery(method="POST", path="/", headers={"content-type": kind}, body=raw)
    ).status in (400, 401)
    headers = {"content-type": kind, "authorization": authorization}
    assert every.issue(Delivery(method="POST", path="/", headers=headers, body=raw)).status in (400, 401)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TokenIssuer({}),
        lambda: TokenIssuer({CLIENT: ""}),
        lambda: TokenIssuer({CLIENT: []}),
        lambda: TokenIssuer({"": "s"}),
        lambda: issuer(signing_key="short"),
        lambda: issuer(signing_key=""),
        lambda: issuer(lifetime=0),
        lambda: issuer(presentations=["magic"]),
        lambda: issuer(presentations=[]),
        lambda: issuer(schemes=[]),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(UsageError):
        make()


def test_no_secret_is_shown():
    server = issuer()
    shown = repr(server) + str([getattr(server, name) for name in TokenIssuer.__slots__])
    for hidden in (CLIENT_SECRET, KEY):
        assert hidden not in shown
    with pytest.raises(TokenError) as caught:
        server.check("Bearer hidden-token")
    import traceback

    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
    assert "hidden-token" not in "".join(str(frame.locals) for frame in frames)


@pytest.mark.parametrize("lifetime", [0, -1, float("nan"), float("inf")])
def test_an_impossible_lifetime_is_refused(lifetime):
    with pytest.raises(UsageError, match="lifetime"):
        TokenIssuer({"a": "the secret"}, lifetime=lifetime)


def test_wrong_secrets_are_limited_and_logged(caplog):
    now = [1_700_000_000.0]
    issuer = TokenIssuer({"aftership": "the secret"}, clock=lambda: now[0], most_failures=3)

    def status(secret, client="aftership", peer="192.0.2.1"):
        form = {"content-type": "application/x-www-form-urlencoded"}
        body = f"grant_type=client_credentials&client_id={client}&client_secret={secret}".encode()
        return issuer.issue(Delivery(method="POST", path="/token", headers=form, body=body, peer=peer)).status

    # Somebody who does not know the client uses up nothing of it.
    assert [status("x", client="other") for _ in range(5)] == [401, 401, 401, 429, 429]
    assert [status("wrong-secret") for _ in range(4)] == [401, 401, 401, 429]
    assert status("the+secret") == 429
    assert status("the+secret", peer="192.0.2.2") == 200
    now[0] += 61
    assert status("the+secret") == 200
    assert len(caplog.messages) == 6
    assert "192.0.2.1" in caplog.text
    assert "wrong-secret" not in caplog.text
    assert "other" not in caplog.text
