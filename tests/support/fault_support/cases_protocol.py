"""Answers that break HTTP, that are too large, or that lead elsewhere."""

from __future__ import annotations

import gzip
import zlib

from fault_support.answers import (
    ERROR_PAGE,
    answer,
    bomb,
    double_bomb,
    envelope,
    good,
    head,
    reply,
    then_close,
    tracking,
)
from fault_support.case import KEY, Case, Place
from fault_support.server import Act, Talk

__all__ = ["CASES"]

BODY = envelope(tracking())
CHUNKED = {"transfer-encoding": "chunked"}
GZIP = {"content-encoding": "gzip"}
SMALL = {"max_response_bytes": 100_000}
EARLY = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
PACKED = gzip.compress(BODY)


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def _endless(first: bytes, piece: bytes) -> Act:
    def run(talk: Talk) -> bool:
        talk.send(first)
        while True:
            talk.send(piece)

    return Act(run)


ENDLESS = _endless(head(headers=CHUNKED), _chunk(b" " * 65536))


def _leads(status: int, *steps: str) -> Case:
    def acts(place: Place) -> tuple[Act, ...]:
        return (reply(answer(b"", status, {"location": f"{place.elsewhere}/tracking?key=1"})),)

    create = steps == ("create",)
    name = f"redirect {status} to another host{' for a create' if create else ''}"
    return Case(name, acts, f"ApiError {status}", 1, ("create",) if create else ("get",), needs="redirect")


CASES = (
    # Redirects
    _leads(301),
    _leads(302),
    _leads(307),
    _leads(308),
    _leads(307, "create"),
    _leads(303, "create"),
    Case("redirect to itself", (reply(answer(b"", 302, {"location": "/"})),), "ApiError 302", 1),
    # Too large
    Case("body without end", (ENDLESS,), "DecodeError", 1, settings=SMALL, needs="100000 bytes"),
    Case("body without end, by the limit of the package", (ENDLESS,), "DecodeError", 1),
    Case(
        "body without end after an HTTP/1.0 head",
        (_endless(head(version="1.0"), b" " * 65536),),
        "DecodeError",
        1,
        settings=SMALL,
    ),
    Case(
        "terabyte announced and begun",
        (_endless(head(length=10**12), b" " * 65536),),
        "DecodeError",
        1,
        settings=SMALL,
    ),
    Case(
        "gzip bomb",
        (reply(lambda: answer(bomb(128 << 20), headers=GZIP)),),
        "DecodeError",
        1,
        needs="bytes",
    ),
    Case(
        "gzip bomb inside a gzip bomb",
        (reply(lambda: answer(double_bomb(128 << 20), headers={"content-encoding": "gzip, gzip"})),),
        "DecodeError",
        1,
        settings=SMALL,
    ),
    Case("header flood", (_endless(head()[:-2], b"x-flood: " + b"a" * 1000 + b"\r\n"),), "TransportError", 3),
    Case("header line without end", (_endless(b"HTTP/1.1 200 ", b"a" * 4096),), "TransportError", 3),
    # Packed
    Case("gzip", (reply(answer(PACKED, headers=GZIP)),), "p1", 1),
    Case(
        "gzip in two pieces, of which many libraries read only the first",
        (reply(answer(gzip.compress(BODY[:30]) + gzip.compress(BODY[30:]), headers=GZIP)),),
        "p1",
        1,
    ),
    Case("deflate", (reply(answer(zlib.compress(BODY), headers={"content-encoding": "deflate"})),), "p1", 1),
    Case("gzip that is none", (reply(answer(BODY, headers=GZIP)),), "DecodeError", 1),
    Case("gzip cut short", (reply(answer(PACKED[:-12], headers=GZIP)),), "DecodeError", 1),
    Case(
        "packing that was not asked for",
        (reply(answer(BODY, headers={"content-encoding": "br"})),),
        "DecodeError",
        1,
    ),
    # Not HTTP
    Case("not HTTP at all", (then_close(b"+OK POP3 ready\r\n"),), "TransportError", 3),
    Case("status that is no number", (then_close(b"HTTP/1.1 OK 200\r\n\r\n"),), "TransportError", 3),
    Case("status of its own making", (reply(answer(b"", 999)),), "ApiError 999", 1),
    Case(
        "chunk without a size", (then_close(head(headers=CHUNKED) + b"zz\r\nhello\r\n"),), "TransportError", 3
    ),
    Case(
        "last chunk missing",
        (then_close(head(headers=CHUNKED) + _chunk(BODY)), reply(good())),
        "p1",
        2,
    ),
    Case(
        "chunks",
        (reply(head(headers=CHUNKED) + _chunk(BODY[:9]) + _chunk(BODY[9:]) + b"0\r\n\r\n"),),
        "p1",
        1,
    ),
    Case(
        "negative length", (then_close(head(headers={"content-length": "-5"}) + BODY),), "TransportError", 3
    ),
    Case(
        "two lengths",
        (then_close(head(length=5, headers={"Content-Length": str(len(BODY))}) + BODY),),
        "TransportError",
        3,
    ),
    Case(
        "line end smuggled into a header",
        (reply(head(length=len(BODY), headers={"x-odd": "a\r\n b"}) + BODY),),
        "p1",
        1,
    ),
    # HTTP, though seldom seen
    Case("early hints, then the answer", (reply(EARLY * 3 + good()),), "p1", 1),
    Case("100 Continue that nobody asked for", (reply(b"HTTP/1.1 100 Continue\r\n\r\n" + good()),), "p1", 1),
    Case("HTTP/1.0 without a length", (then_close(head(version="1.0") + BODY),), "p1", 1),
    Case(
        "no length, closed at the end", (then_close(head(headers={"connection": "close"}) + BODY),), "p1", 1
    ),
    Case("header that is no ASCII", (reply(answer(BODY, headers={"x-odd": "caf\xe9 \xff"})),), "p1", 1),
    Case("header twice", (reply(answer(BODY, headers={"as-trace-id": "a", "As-Trace-Id": "b"})),), "p1", 1),
    # Error pages
    Case("gateway page", (reply(answer(ERROR_PAGE, 502, kind="text/html")),), "ServerError 502", 3),
    Case(
        "gateway page for a create",
        (reply(answer(ERROR_PAGE, 502, kind="text/html")),),
        "ServerError 502",
        1,
        ("create",),
    ),
    Case("empty error page", (reply(answer(b"", 503, kind=None)),), "ServerError 503", 3),
    Case(
        "forbidden by a page",
        (reply(answer(ERROR_PAGE, 403, kind="text/html")),),
        "PermissionDeniedError 403",
        1,
    ),
    Case("not found by a page", (reply(answer(ERROR_PAGE, 404, kind="text/html")),), "NotFoundError 404", 1),
    Case(
        "error page that shows the key",
        (
            reply(
                answer(
                    envelope({"key": KEY}, 500, message=f"the key {KEY} broke us", type=KEY),
                    500,
                    {"x-echo": KEY, "as-trace-id": KEY},
                )
            ),
        ),
        "ServerError 500",
        3,
    ),
    Case(
        "answer that shows the key and is no JSON", (reply(answer(f"<p>{KEY}".encode())),), "DecodeError", 1
    ),
)
