"""Refuses a body that says that it is not JSON where the operation takes JSON."""

from __future__ import annotations

from email.message import Message

from aftership_tracking.mock.error_codes import INVALID_REQUEST
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints import contents
from aftership_tracking.mock.refusal import Refusal


class ContentType:
    """The document requires `application/json`. Without the header, as some callers send it, JSON is read."""

    def __call__(self, exchange: Exchange) -> None:
        request, body = exchange.request, exchange.routed_operation.body
        if body is None or body.kind != "json" or not request.body:
            return
        sent = request.headers.get("content-type", "").strip()
        if not sent:
            exchange.hints.append(contents.missing_type())
        elif not _is_json(sent):
            if not exchange.api.is_lenient:
                hint = contents.refused_type()
                raise Refusal((INVALID_REQUEST,), str(hint), hints=[hint], assumed="content-type")
            exchange.hints.append(contents.taken_type())


def _is_json(header: str) -> bool:
    message = Message()
    message["content-type"] = header.replace("\r", " ").replace("\n", " ")
    kind = message.get_content_type()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
