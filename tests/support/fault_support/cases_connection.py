"""Faults of the connection: refused, reset, slow, or cut short."""

from __future__ import annotations

from aftership_tracking.runtime.options import Timeout
from fault_support.case import Case
from fault_support.responses import (
    close_at_once,
    envelope,
    good,
    head,
    reply,
    reset,
    reset_on_connect,
    then_close,
    then_reset,
    tracking,
)
from fault_support.server import Act, Talk
from patience import PATIENCE

__all__ = ["CASES"]

BODY = envelope(tracking())
HEAD = head(length=len(BODY))
# A deadline that passes long before a dripping response ends, and long after the request was sent.
SOON = {"deadline": 1.5}
# Connecting is not what takes long in these cases.
IMPATIENT = {"timeout": Timeout(connect=PATIENCE, read=0.3)}
# The same where the last attempt must end well.
LESS_IMPATIENT = {"timeout": Timeout(connect=PATIENCE, read=4.0)}
PAUSE = 0.05


def _silent(talk: Talk) -> bool:
    talk.wait_for_the_end()
    return False


def _drip(first: bytes, rest: bytes) -> Act:
    def run(talk: Talk) -> bool:
        talk.send(first)
        talk.drip(rest * 1000, PAUSE)
        return False

    return Act(run)


def _send_and_fall_silent(content: bytes) -> Act:
    def run(talk: Talk) -> bool:
        talk.send(content)
        talk.wait_for_the_end()
        return False

    return Act(run)


def _never_reads(talk: Talk) -> bool:
    # Long enough for a client to give up. Then everything is read, or its end would never arrive.
    talk.wait(1.0)
    talk.wait_for_the_end()
    return False


SILENT = Act(_silent)
SILENT_ON_CONNECT = Act(_silent, on_connect=True)
EARLY = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
POISON = good("poison")

CASES = (
    # No connection
    Case("nobody listens", (), "ConnectError", 0, attempts=3, where="nobody"),
    Case("nobody listens to a create", (), "ConnectError", 0, ("create",), attempts=3, where="nobody"),
    Case(
        "connecting takes for ever",
        (),
        "TimeoutError",
        0,
        attempts=3,
        settings={"timeout": Timeout(connect=0.2, read=PATIENCE)},
        where="silent",
    ),
    Case(
        "connecting takes for ever, with a deadline",
        (),
        "TimeoutError",
        0,
        attempts=1,
        settings=SOON,
        where="silent",
    ),
    Case("certificate that is self-signed", (reply(good()),), "ConnectError", 0, attempts=3, where="tls"),
    Case(
        "no TLS where TLS is requested",
        (Act(then_close(head(400, length=0)).run, on_connect=True),),
        "ConnectError",
        0,
        attempts=3,
        where="no tls",
    ),
    Case(
        "TLS handshake that never ends",
        (SILENT_ON_CONNECT,),
        "TimeoutError",
        0,
        attempts=3,
        settings={"timeout": 0.3},
        where="no tls",
    ),
    # Reset or closed
    Case("reset before the request, then well", (reset_on_connect, reply(good())), "p1", 1, attempts=2),
    # A connection that breaks at once may count as no connection.
    Case(
        "reset before the request, always",
        (reset_on_connect,),
        "TransportError or ConnectError",
        0,
        attempts=3,
    ),
    Case("reset after the request, then well", (reset, reply(good())), "p1", 2),
    Case("reset after the request, always", (reset,), "TransportError", 3),
    Case("reset after the request of a create", (reset, reply(good())), "TransportError", 1, ("create",)),
    Case("closed without a word, then well", (close_at_once, reply(good())), "p1", 2),
    Case("closed without a word after a create", (close_at_once,), "TransportError", 1, ("create",)),
    Case("reset after the headers, then well", (then_reset(HEAD), reply(good())), "p1", 2),
    Case("reset after the headers of a create", (then_reset(HEAD),), "TransportError", 1, ("create",)),
    Case("reset in the middle of the body", (then_reset(HEAD + BODY[:20]), reply(good())), "p1", 2),
    Case("reset in the middle, always", (then_reset(HEAD + BODY[:20]),), "TransportError", 3),
    # Slow
    Case("headers never come", (SILENT,), "TimeoutError", 3, settings=IMPATIENT),
    Case("headers never come, then well", (SILENT, reply(good())), "p1", 2, settings=LESS_IMPATIENT),
    Case("headers of a create never come", (SILENT,), "TimeoutError", 1, ("create",), settings=IMPATIENT),
    Case("body never comes", (_send_and_fall_silent(HEAD),), "TimeoutError", 3, settings=IMPATIENT),
    Case(
        "body stops in the middle, then well",
        (_send_and_fall_silent(HEAD + BODY[:20]), reply(good())),
        "p1",
        2,
        settings=LESS_IMPATIENT,
    ),
    Case("body drips, with a deadline", (_drip(head(length=10**6), b" "),), "TimeoutError", 1, settings=SOON),
    Case(
        "headers drip, with a deadline",
        (_drip(b"HTTP/1.1 200 OK\r\nx-slow: ", b"a"),),
        "TimeoutError",
        1,
        settings=SOON,
    ),
    Case("early hints for ever, with a deadline", (_drip(EARLY, EARLY),), "TimeoutError", 1, settings=SOON),
    Case(
        "server that reads nothing",
        (Act(_never_reads, on_connect=True),),
        "TimeoutError",
        0,
        ("write much",),
        attempts=1,
        settings=IMPATIENT,
    ),
    # Cut short, or too long
    Case("cut short, then well", (then_close(HEAD + BODY[:-9]), reply(good())), "p1", 2),
    Case("cut short, always", (then_close(HEAD + BODY[:-9]),), "TransportError", 3),
    Case("response to a create cut short", (then_close(HEAD + BODY[:-9]),), "TransportError", 1, ("create",)),
    Case("content-length too small", (reply(head(length=20) + BODY),), "DecodeError", 1),
    Case(
        "more bytes than announced, which look like another response",
        (reply(good() + POISON), reply(good("p2"))),
        "p1, p2",
        2,
        ("get", "get other"),
    ),
    Case(
        "more bytes than announced, sent a little later",
        (
            Act(lambda talk: talk.send(good()) or talk.wait(PAUSE) or talk.send(POISON) or True),
            reply(good("p2")),
        ),
        "p1, p2",
        2,
        ("get", "pause", "get other"),
    ),
    # Connections of the pool
    Case(
        "pooled connection was closed meanwhile",
        (then_close(good()), reply(good("p2"))),
        "p1, p2",
        2,
        ("get", "pause", "get other"),
    ),
    Case(
        "pooled connection was closed before a create",
        (then_close(good()), reply(good("p2"))),
        "p1, p2",
        2,
        ("get", "pause", "create"),
    ),
    Case(
        "pooled connection breaks at the next request",
        (reply(good()), reset, reply(good("p2"))),
        "p1, p2",
        3,
        ("get", "get other"),
    ),
    Case(
        "pooled connection breaks at a create",
        (reply(good()), reset, reply(good("p2"))),
        "p1, TransportError",
        2,
        ("get", "create"),
    ),
)
