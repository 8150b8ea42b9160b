"""The journal as HTTP Archive 1.2, which browsers and many tools open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from aftership_tracking.mock.pipeline.journal import Journal, Record

ORIGIN = "http://mock.invalid"
"""Before the path of requests whose Host is not known."""
_NOT_KNOWN = dict.fromkeys(("blocked", "dns", "connect", "ssl"), -1)


def write_har(journal: Journal) -> dict[str, Any]:
    """Return all records as a HAR document. Only the time that the mock took was measured: it is `wait`."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "aftership-tracking-client mock", "version": "1"},
            "entries": [_entry(record) for record in journal],
        }
    }


def _entry(record: Record) -> dict[str, Any]:
    host = record.headers.get("host")
    target = record.path + (f"?{record.query}" if record.query else "")
    request: dict[str, Any] = {
        "method": record.method,
        "url": (f"http://{host}" if host else ORIGIN) + target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(record.headers),
        "queryString": [
            {"name": name, "value": value} for name, value in parse_qsl(record.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": record.body_size,
    }
    body = _text(record.body)
    if body:
        request["postData"] = {"mimeType": record.headers.get("content-type", ""), "text": body}
    # A lost response has the status 0, as browsers write it.
    is_lost = record.drop in ("before", "after")
    status = 0 if is_lost else record.status
    content = "" if is_lost else _text(record.response_body)
    wait = round(record.seconds * 1000, 3)
    begun = (record.real_at or record.at) - timedelta(seconds=record.seconds - record.delay)
    return {
        "startedDateTime": begun.isoformat(),
        "time": wait,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [] if is_lost else _pairs(record.response_headers),
            "content": {
                "size": len(content.encode()),
                "mimeType": record.response_headers.get("content-type", ""),
                "text": content,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        # -1 is "not known"; these two have to be there, and a server cannot measure them.
        "timings": {**_NOT_KNOWN, "send": 0, "wait": wait, "receive": 0},
        "comment": record.hint or "",
        "_kind": record.kind,
        "_caller": record.caller,
        "_operation": record.operation,
        "_rule": record.rule,
        "_mockTime": record.at.isoformat(),
    }


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(body: Any) -> str:
    if body is None:
        return ""
    return body if isinstance(body, str) else msgspec.json.encode(body).decode()
