"""Sends a call to the mock in this process, and returns what a client would get over the network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from aftership_tracking.mock.accounts.keys import MockKey
from aftership_tracking.mock.accounts.sign_string import SIGNATURE_HEADERS, sign_string
from aftership_tracking.mock.explorer.call import Call
from aftership_tracking.mock.hints.hint import Hint
from aftership_tracking.mock.pipeline.journal import Journal, Record
from aftership_tracking.mock.pipeline.masking import mask_body, mask_headers
from aftership_tracking.mock.wire.message import MockRequest, MockResponse


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came back. Secrets are masked, as in the journal.

    Attributes:
        is_lost: a planned fault lost the connection, so a client gets no response.
        is_cut: a planned fault lost it in the middle, so a client gets half of the body.
        delay: seconds that a client over the network would wait before; nothing waited here.
        seconds: what the mock needed.
        number: of the record in the journal; None if there is none.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    body: Any
    hints: tuple[Hint, ...]
    rule: int | None
    is_lost: bool
    is_cut: bool
    delay: float
    seconds: float
    number: int | None


def send(
    handle: Callable[[MockRequest], MockResponse],
    journal: Journal,
    call: Call,
    key: str,
    secret: MockKey,
    now: datetime,
) -> Result:
    """Send a call through the same pipeline that every request passes.

    Args:
        secret: how the key signs. A key with a public key cannot sign here: the mock has no private key.
        now: by the clock that signatures go by.
    """
    request = call.request(key)
    if secret.kind == "aes":
        request = _sign(request, secret.secret or "", now)
    last = journal[-1].number if len(journal) else 0
    begin = time.perf_counter()
    response = handle(request)
    seconds = time.perf_counter() - begin
    record = _find(journal, last, request)
    return Result(
        status=response.status,
        reason=_reason(response.status),
        headers=mask_headers(response.headers),
        body=mask_body(response.body),
        hints=() if record is None else record.hints,
        rule=None if record is None else record.rule,
        is_lost=response.drop in ("before", "after"),
        is_cut=response.drop == "during",
        delay=response.delay,
        seconds=seconds,
        number=None if record is None else record.number,
    )


def _find(journal: Journal, last: int, request: MockRequest) -> Record | None:
    """The record of this request; others may have come meanwhile."""
    path = request.path.decode("ascii")
    found = [
        record
        for record in journal.find(since=last)
        if record.path == path and record.method == request.method
    ]
    return found[-1] if found else None


def _sign(request: MockRequest, secret: str, now: datetime) -> MockRequest:
    dated = replace(request, headers={**request.headers, "date": format_datetime(now, usegmt=True)})
    digest = hmac.new(secret.encode(), str(sign_string(dated)).encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return replace(dated, headers={**dated.headers, SIGNATURE_HEADERS["aes"]: signature})


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
