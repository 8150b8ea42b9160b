"""Responses that break HTTP, that are too large, or that redirect to another host."""

from __future__ import annotations

import gzip
import zlib

from fault_support.case import KEY, Case, ScriptContext
from fault_support.responses import (
    ERROR_PAGE,
    bomb,
    double_bomb,
    envelope,
    good,
    head,
    reply,
    response,
    then_close,
    tracking,
)
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


def _redirect(status: int, *steps: str) -> Case:
    def acts(context: ScriptContext) -> tuple[Act, ...]:
        return (reply(response(b"", status, {"location": f"{context.elsewhere}/tracking?key=1"})),)

    create = steps == ("create",)
    name = f"redirect {status} to another host{' for a create' if create else ''}"
    return Case(name, acts, f"ApiError {status}", 1, ("create",) if create else ("get",), needs="redirect")


CASES = (
    # Redirects
    _redirect(301),
    _redirect(302),
    _redirect(307),
    _redirect(308),
    _redirect(307, "create"),
    _redirect(303, "create"),
    Case("redirect to itself", (reply(response(b"", 302, {"location": "/"})),), "ApiError 302", 1),
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
        (reply(lambda: response(bomb(128 << 20), headers=GZIP)),),
        "DecodeError",
        1,
        needs="bytes",
    ),
    Case(
        "gzip bomb inside a gzip bomb",
        (reply(lambda: response(double_bomb(128 << 20), headers={"content-encoding": "gzip, gzip"})),),
        "DecodeError",
        1,
        settings=SMALL,
    ),
    Case("header flood", (_endless(head()[:-2], b"x-flood: " + b"a" * 1000 + b"\r\n"),), "TransportError", 3),
    Case("header line without end", (_endless(b"HTTP/1.1 200 ", b"a" * 4096),), "TransportError", 3),
    # Compressed
    Case("gzip", (reply(response(PACKED, headers=GZIP)),), "p1", 1),
    Case(
        "gzip in two pieces, of which many libraries read only the first",
        (reply(response(gzip.compress(BODY[:30]) + gzip.compress(BODY[30:]), headers=GZIP)),),
        "p1",
        1,
    ),
    Case(
        "deflate", (reply(response(zlib.compress(BODY), headers={"content-encoding": "deflate"})),), "p1", 1
    ),
    Case("gzip that is not gzip", (reply(response(BODY, headers=GZIP)),), "DecodeError", 1),
    Case("gzip cut short", (reply(response(PACKED[:-12], headers=GZIP)),), "DecodeError", 1),
    Case(
        "compression that was not requested",
        (reply(response(BODY, headers={"content-encoding": "br"})),),
        "DecodeError",
        1,
    ),
    # Not HTTP
    Case("not HTTP at all", (then_close(b"+OK POP3 ready\r\n"),), "TransportError", 3),
    Case("status that is not a number", (then_close(b"HTTP/1.1 OK 200\r\n\r\n"),), "TransportError", 3),
    Case("status that does not exist", (reply(response(b"", 999)),), "ApiError 999", 1),
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
    Case("early hints, then the response", (reply(EARLY * 3 + good()),), "p1", 1),
    Case("100 Continue that was not requested", (reply(b"HTTP/1.1 100 Continue\r\n\r\n" + good()),), "p1", 1),
    Case("HTTP/1.0 without a length", (then_close(head(version="1.0") + BODY),), "p1", 1),
    Case(
        "no length, closed at the end", (then_close(head(headers={"connection": "close"}) + BODY),), "p1", 1
    ),
    Case("header that is not ASCII", (reply(response(BODY, headers={"x-odd": "caf\xe9 \xff"})),), "p1", 1),
    Case("header twice", (reply(response(BODY, headers={"as-trace-id": "a", "As-Trace-Id": "b"})),), "p1", 1),
    # Error pages
    Case("gateway page", (reply(response(ERROR_PAGE, 502, kind="text/html")),), "ServerError 502", 3),
    Case(
        "gateway page for a create",
        (reply(response(ERROR_PAGE, 502, kind="text/html")),),
        "ServerError 502",
        1,
        ("create",),
    ),
    Case("empty error page", (reply(response(b"", 503, kind=None)),), "ServerError 503", 3),
    Case(
        "forbidden by a page",
        (reply(response(ERROR_PAGE, 403, kind="text/html")),),
        "PermissionDeniedError 403",
        1,
    ),
    Case(
        "not found by a page", (reply(response(ERROR_PAGE, 404, kind="text/html")),), "NotFoundError 404", 1
    ),
    Case(
        "error page that shows the key",
        (
            reply(
                response(
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
        "response that shows the key and is not JSON",
        (reply(response(f"<p>{KEY}".encode())),),
        "DecodeError",
        1,
    ),
)
