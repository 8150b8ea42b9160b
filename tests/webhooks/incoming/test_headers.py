"""Headers as every framework hands them over, with the real classes."""

from __future__ import annotations

import email
import io
from types import MappingProxyType

import django.conf
import httpx
import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from starlette.datastructures import Headers as StarletteHeaders
from starlette.datastructures import MutableHeaders
from starlette.requests import Request as StarletteRequest
from werkzeug.datastructures import Headers as WerkzeugHeaders
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request as WerkzeugRequest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import HEADER, VERSION_HEADER, Verifier, read_headers, sign

SECRET = "s"
BODY = b'{"event":"tracking_update","event_id":"e-1","msg":{"tag":"InTransit"},"ts":1700000000}'
GOOD = sign(BODY, SECRET)
PAIRS = [
    ("Host", "shop.example"),
    ("Content-Type", "application/json"),
    ("Aftership-Hmac-Sha256", GOOD),
    ("As-Webhook-Version", "2025-04"),
]
BYTES = [(name.lower().encode(), value.encode()) for name, value in PAIRS]
LOWER = [(name.lower(), value) for name, value in PAIRS]

if not django.conf.settings.configured:
    django.conf.settings.configure()


def wsgi_environ() -> dict[str, object]:
    return EnvironBuilder("/hook", method="POST", headers=PAIRS, data=BODY).get_environ()


def asgi_scope() -> dict[str, object]:
    return {
        "type": "http",
        "method": "POST",
        "path": "/hook",
        "query_string": b"",
        "headers": BYTES,
        "client": ("127.0.0.1", 1),
    }


def message() -> email.message.Message:
    return email.message_from_string("".join(f"{name}: {value}\r\n" for name, value in PAIRS))


KINDS = {
    "dict": lambda: dict(PAIRS),
    "dict in lower case": lambda: dict(LOWER),
    "dict in capitals": lambda: {name.upper(): value for name, value in PAIRS},
    "dict of bytes": lambda: dict(BYTES),
    "dict of lists": lambda: {name: [value] for name, value in PAIRS},
    "dict of lists of bytes": lambda: {name: [value] for name, value in BYTES},
    "read-only mapping": lambda: MappingProxyType(dict(PAIRS)),
    "pairs": lambda: PAIRS,
    "pairs of bytes": lambda: BYTES,
    "pairs in a tuple": lambda: tuple(PAIRS),
    "pairs as lists": lambda: [list(pair) for pair in BYTES],
    "generator of pairs": lambda: (pair for pair in PAIRS),
    "read before": lambda: read_headers(PAIRS),
    "ASGI scope": lambda: asgi_scope()["headers"],
    "WSGI environ": wsgi_environ,
    "werkzeug": lambda: WerkzeugHeaders(PAIRS),
    "werkzeug request": lambda: WerkzeugRequest(wsgi_environ()).headers,
    "starlette": lambda: StarletteHeaders(raw=BYTES),
    "starlette, mutable": lambda: MutableHeaders(raw=list(BYTES)),
    "starlette request": lambda: StarletteRequest(asgi_scope()).headers,
    "django headers": lambda: WSGIRequest(wsgi_environ()).headers,
    "django META": lambda: WSGIRequest(wsgi_environ()).META,
    "django headers, async": lambda: ASGIRequest(asgi_scope(), io.BytesIO(BODY)).headers,
    "django META, async": lambda: ASGIRequest(asgi_scope(), io.BytesIO(BODY)).META,
    "httpx": lambda: httpx.Headers(PAIRS),
    "email": message,
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_every_kind_is_verified_and_has_the_version(make):
    event = Verifier(SECRET).parse(BODY, make())
    assert event.version == "2025-04"
    found = read_headers(make())
    assert found[HEADER] == (GOOD,)
    assert found[VERSION_HEADER] == ("2025-04",)
    assert found["content-type"] == ("application/json",)


DOUBLED = {
    "pairs": lambda: [*PAIRS, (HEADER, GOOD)],
    "pairs of bytes": lambda: [*BYTES, (HEADER.encode(), b"x")],
    "two cases in a dict": lambda: {**dict(PAIRS), HEADER: GOOD},
    "dict of lists": lambda: {HEADER: [GOOD, GOOD]},
    "werkzeug": lambda: WerkzeugHeaders([*PAIRS, (HEADER, "x")]),
    "starlette": lambda: StarletteHeaders(raw=[*BYTES, (HEADER.encode(), b"x")]),
    "httpx": lambda: httpx.Headers([*PAIRS, (HEADER, "x")]),
    "WSGI, which joins them": lambda: {**wsgi_environ(), "HTTP_AFTERSHIP_HMAC_SHA256": f"{GOOD},x"},
    "email": lambda: email.message_from_string(f"{HEADER}: {GOOD}\n{HEADER}: x\n\n"),
}


@pytest.mark.parametrize("make", DOUBLED.values(), ids=DOUBLED)
def test_a_doubled_signature_is_seen_in_every_kind(make):
    from aftership_tracking.webhooks import MalformedSignatureError

    with pytest.raises(MalformedSignatureError) as caught:
        Verifier(SECRET).verify(BODY, make())
    assert caught.value.problem == "doubled"


def test_values_stay_in_order_and_bytes_never_fail():
    found = read_headers(
        [(b"X-Forwarded-For", b"1.1.1.1"), ("x-other", "\xff"), (b"x-FORWARDED-for", b"\xff")]
    )
    assert found == {"x-forwarded-for": ("1.1.1.1", "\xff"), "x-other": ("\xff",)}


def test_a_sender_cannot_make_headers_look_like_an_environ():
    genuine = {"host": "shop.example", "x-forwarded-for": "203.0.113.9"}
    forged = {"HTTP_X_FORWARDED_FOR": "34.72.178.234", "REQUEST_METHOD": "POST", "wsgi.version": "(1, 0)"}
    found = read_headers({**genuine, **forged})
    assert found["x-forwarded-for"] == ("203.0.113.9",)
    assert found["http_x_forwarded_for"] == ("34.72.178.234",)


def test_an_environ_is_recognised_without_its_server_too():
    found = read_headers({"HTTP_AFTERSHIP_HMAC_SHA256": GOOD, "CONTENT_TYPE": "application/json"})
    assert found == {HEADER: (GOOD,), "content-type": ("application/json",)}


def test_an_environ_gives_headers_only():
    environ = {
        **wsgi_environ(),
        "HTTP_PROXY_PASSWORD": "p",
        "SECRET_KEY": "k",
        "CONTENT_LENGTH": "",
        "HTTP_CONTENT_TYPE": "text/plain",
    }
    found = read_headers(environ)
    assert "secret-key" not in found
    assert "content-length" not in found
    assert found["content-type"] == ("application/json",)
    assert found["proxy-password"] == ("p",)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        5,
        "text",
        b"bytes",
        ["text"],
        [("a", "b", "c")],
        [(1, "a")],
        {1: "a"},
        {HEADER: 5},
        {HEADER: {"a": 1}},
    ],
)
def test_values_that_are_not_headers_are_a_mistake_of_the_program(headers):
    with pytest.raises(UsageError):
        read_headers(headers)
    with pytest.raises(UsageError):
        Verifier(SECRET).verify(BODY, headers)


def test_the_repr_shows_names_only():
    found = read_headers({"Authorization": "Bearer hidden-value"})
    assert "hidden-value" not in repr(found)
    assert "authorization" in repr(found)
