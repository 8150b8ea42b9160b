"""Responses of the service: errors, refusals with and without a time to wait, and undocumented content."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from fault_support.case import Case
from fault_support.responses import ERROR_PAGE, envelope, error, good, reply, response, tracking

__all__ = ["CASES"]


def _http_date(seconds: float) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))


def _refused(status: int = 429, **headers: Callable[[float], str]) -> Callable[[], bytes]:
    """Too many requests, with headers that depend on the time."""

    def content() -> bytes:
        now = time.time()
        made = {name.replace("_", "-"): write(now) for name, write in headers.items()}
        return error(status, headers=made)

    return content


def _odd(**changes: object) -> bytes:
    return response(envelope({**tracking(), **changes}))


def _page(identifiers: list[str], cursor: str | None) -> bytes:
    pagination = {"total": 9, "next_cursor": cursor, "has_next_page": cursor is not None}
    data = {"pagination": pagination, "trackings": [tracking(each) for each in identifiers]}
    return response(envelope(data))


A_SECOND = ((0.0, 1.3),)
STRICT = {"strict": True}
DATED = {"date": _http_date}
TWICE = json.dumps({"meta": {"code": 200}, "data": tracking()})[:-2] + ', "id": "first", "id": "p1"}}'
BAD_UTF8 = envelope({**tracking(), "title": "x"}).replace(b'"x"', b'"\xff\xfe\xc3"')
TYPES = {
    "tag": 5,
    "checkpoints": "none",
    "created_at": {},
    "customers": [1, None],
    "title": ["a"],
    "active": "no",
}

CASES = (
    # Too many requests
    Case(
        "429 with x-ratelimit-reset in Unix seconds",
        (reply(_refused(x_ratelimit_reset=lambda now: str(int(now) + 1))), reply(good())),
        "p1",
        2,
        waits=A_SECOND,
    ),
    Case(
        "429 with x-ratelimit-reset and the date of the service",
        (reply(_refused(x_ratelimit_reset=lambda now: str(int(now) + 1), **DATED)), reply(good())),
        "p1",
        2,
        waits=((1.0, 1.3),),
    ),
    Case(
        "429 with retry-after in seconds",
        (reply(_refused(retry_after=lambda now: "1")), reply(good())),
        "p1",
        2,
        waits=((1.0, 1.3),),
    ),
    Case(
        "429 with retry-after that is a fraction",
        (reply(_refused(retry_after=lambda now: "0.75")), reply(good())),
        "p1",
        2,
        waits=((0.75, 1.0),),
    ),
    Case(
        "429 with retry-after of ten digits",
        (reply(_refused(retry_after=lambda now: "1234567890")),),
        "RateLimitError 429",
        1,
    ),
    Case(
        "429 with retry-after as a date",
        (reply(_refused(retry_after=lambda now: _http_date(now + 1), **DATED)), reply(good())),
        "p1",
        2,
        waits=((1.0, 1.3),),
    ),
    Case(
        "429 with both, which differ",
        (
            reply(_refused(retry_after=lambda now: "1", x_ratelimit_reset=lambda now: str(int(now) + 9))),
            reply(good()),
        ),
        "p1",
        2,
        waits=((1.0, 1.3),),
    ),
    Case("429 that names no time", (reply(error(429)), reply(good())), "p1", 2, waits=((0.0, 0.5),)),
    Case(
        "429 with headers that make no sense",
        (reply(_refused(retry_after=lambda now: "soon", x_ratelimit_reset=lambda now: "-1")), reply(good())),
        "p1",
        2,
        waits=((0.0, 0.5),),
    ),
    Case("429 for a create", (reply(error(429)), reply(good())), "p1", 2, ("create",)),
    Case("429 always", (reply(error(429)),), "RateLimitError 429", 3),
    Case(
        "429 that requests a wait of an hour",
        (reply(_refused(retry_after=lambda now: "3600")),),
        "RateLimitError 429",
        1,
    ),
    Case(
        "429 that requests a longer wait than the deadline",
        (reply(_refused(retry_after=lambda now: "50")),),
        "RateLimitError 429",
        1,
        settings={"deadline": 40.0},
    ),
    Case(
        "429 with the limiter on",
        (reply(_refused(retry_after=lambda now: "1")), reply(good())),
        "p1",
        2,
        settings={"limiter": "memory"},
    ),
    # The service fails
    Case("500, then well", (reply(error(500)), reply(good())), "p1", 2),
    Case("500 twice, then well", (reply(error(500)), reply(error(502)), reply(good())), "p1", 3),
    Case("500 after a create", (reply(error(500)), reply(good())), "ServerError 500", 1, ("create",)),
    Case("503 storm", (reply(error(503)),), "ServerError 503", 3),
    Case("503 storm, six retries", (reply(error(503)),), "ServerError 503", 7, settings={"max_retries": 6}),
    Case("503 storm, no retries", (reply(error(503)),), "ServerError 503", 1, settings={"max_retries": 0}),
    Case("408, then a value", (reply(error(408)), reply(good())), "p1", 2),
    Case("408 after a create", (reply(error(408)),), "ApiError 408", 1, ("create",)),
    Case("425 for a create", (reply(error(425)), reply(good())), "p1", 2, ("create",)),
    Case(
        "503 with retry-after",
        (reply(_refused(503, retry_after=lambda now: "1")), reply(good())),
        "p1",
        2,
        waits=((1.0, 1.3),),
    ),
    Case(
        "503 with the reset of the rate limit, which says nothing about it",
        (reply(_refused(503, x_ratelimit_reset=lambda now: str(int(now) + 30))), reply(good())),
        "p1",
        2,
        waits=((0.0, 0.5),),
    ),
    Case(
        "503 with an hour to wait",
        (reply(_refused(503, retry_after=lambda now: "3600")),),
        "ServerError 503",
        1,
    ),
    Case(
        "503 on the second page",
        (reply(_page(["p1"], "c")), reply(error(503))),
        "ServerError 503",
        4,
        ("list",),
    ),
    Case(
        "list over two pages", (reply(_page(["p1"], "c")), reply(_page(["p2"], None))), "p1 p2", 2, ("list",)
    ),
    # Errors of the caller are never repeated
    Case("400", (reply(error(400, 4008)),), "ValidationError 400", 1),
    Case("401", (reply(error(401)),), "AuthenticationError 401", 1),
    Case("403", (reply(error(403)),), "PermissionDeniedError 403", 1),
    Case("404 of a tracking", (reply(error(404, 4004)),), "NotFoundError 404", 1),
    Case("409", (reply(error(409)),), "ApiError 409", 1),
    Case("tracking exists", (reply(error(400, 4003)),), "AlreadyExistsError 400", 1, ("create",)),
    Case("error without meta", (reply(response(b'{"error": "no"}', 400)),), "ValidationError 400", 1),
    Case("error that is a list", (reply(response(b"[1]", 400)),), "ValidationError 400", 1),
    Case("error that is deep", (reply(response(b"[" * 200_000, 400)),), "ValidationError 400", 1),
    Case("error inside 200", (reply(response(envelope({}, 4004, message="gone"))),), "NotFoundError 200", 1),
    Case("failure inside 200", (reply(response(envelope({}, 500, message="oh"))),), "ServerError 200", 1),
    # Content
    Case("response without meta", (reply(response(json.dumps({"data": tracking()}).encode())),), "p1", 1),
    Case(
        "meta that is null",
        (reply(response(json.dumps({"meta": None, "data": tracking()}).encode())),),
        "p1",
        1,
    ),
    Case("invalid UTF-8", (reply(response(BAD_UTF8)),), "p1", 1),
    Case("invalid UTF-8, read strictly", (reply(response(BAD_UTF8)),), "DecodeError", 1, settings=STRICT),
    Case("byte order mark", (reply(response(b"\xef\xbb\xbf" + envelope(tracking()))),), "p1", 1),
    Case("half of a surrogate pair", (reply(_odd(title="\ud800")),), "p1", 1),
    Case(
        "NaN and Infinity", (reply(_odd(transit_time=float("nan"), shipment_weight=float("inf"))),), "p1", 1
    ),
    Case(
        "number of 10,000 digits",
        (reply(response(envelope({**tracking(), "x": 0}).replace(b'"x": 0', b'"x": ' + b"9" * 10_000))),),
        "p1",
        1,
    ),
    Case("duplicate keys: the last one counts", (reply(response(TWICE.encode())),), "p1", 1),
    Case("wrong types", (reply(_odd(**TYPES)),), "p1", 1),
    Case("wrong types, read strictly", (reply(_odd(**TYPES)),), "DecodeError", 1, settings=STRICT),
    Case("unknown fields and values", (reply(_odd(tag="Teleported", drone={"id": 1})),), "p1", 1),
    Case("deep JSON", (reply(response(b'{"data": ' + b"[" * 200_000)),), "DecodeError", 1),
    Case(
        "deep JSON that is whole",
        (reply(response(b'{"data": {"id": "p1", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}")),),
        "DecodeError",
        1,
    ),
    Case("deep objects", (reply(response(b'{"a": ' * 100_000 + b"1" + b"}" * 100_000)),), "DecodeError", 1),
    Case(
        "JSON under the name of a page", (reply(response(envelope(tracking()), kind="text/html")),), "p1", 1
    ),
    Case("JSON without a content type", (reply(response(envelope(tracking()), kind=None)),), "p1", 1),
    Case("page instead of JSON", (reply(response(ERROR_PAGE, kind="text/html")),), "DecodeError", 1),
    Case("page that claims to be JSON", (reply(response(ERROR_PAGE)),), "DecodeError", 1),
    Case("empty response", (reply(response(b"")),), "DecodeError", 1),
    Case("204 without content", (reply(response(b"", 204, kind=None)),), "DecodeError", 1),
    Case("data that is null", (reply(response(envelope(None))),), "DecodeError", 1),
    Case("data that is a list", (reply(response(envelope([]))),), "DecodeError", 1),
    Case("data that is a string", (reply(response(envelope("p1"))),), "DecodeError", 1),
    Case("JSON that is a list", (reply(response(b"[]")),), "DecodeError", 1),
    Case("JSON that is a number", (reply(response(b"1")),), "DecodeError", 1),
    Case("JSON cut by a length that fits", (reply(response(envelope(tracking())[:-3])),), "DecodeError", 1),
)
