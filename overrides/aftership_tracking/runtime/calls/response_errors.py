"""Makes the error of a response: its class by HTTP status and `meta.code`, its message and its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.errors import (
    AlreadyExistsError,
    ApiError,
    AuthenticationError,
    ErrorCode,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from aftership_tracking.runtime.limits import requested_wait
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Response

__all__ = ["BODY_BYTES_ON_ERROR", "error_class", "is_gone", "mask_secrets", "read_error"]

BODY_BYTES_ON_ERROR = 4096
"""How many bytes of an unusable body an error holds."""

_BY_NUMBER: Mapping[int, type[ApiError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: ValidationError,
    429: RateLimitError,
    4003: AlreadyExistsError,
    4004: NotFoundError,
    **{code: ValidationError for code in range(4001, 4018) if code not in (4003, 4004)},
}


def error_class(status: int, code: int | None) -> type[ApiError]:
    """Choose the class of an error. The code is more precise than the status, but a 5xx status is always a
    server error.
    """
    if 500 <= status <= 599 or (code is not None and 500 <= code <= 599):
        return ServerError
    by_code = None if code is None else _BY_NUMBER.get(code)
    return by_code or _BY_NUMBER.get(status, ApiError)


def read_error(response: Response, now: float) -> ApiError:
    """Make the error of a response. `now` is Unix time. Secrets must have been masked in the response."""
    content = _parse_json(response.body)
    meta = content.get("meta") if isinstance(content, dict) else None
    meta = meta if isinstance(meta, dict) else {}
    code, kind, message = meta.get("code"), meta.get("type"), meta.get("message")
    code = code if type(code) is int else None
    return error_class(response.status, code)(
        message if isinstance(message, str) and message else _default_message(response),
        status=response.status,
        code=_as_error_code(code),
        type=kind if isinstance(kind, str) else None,
        trace_id=response.headers.get("as-trace-id"),
        data=content.get("data") if isinstance(content, dict) else None,
        body=response.body[:BODY_BYTES_ON_ERROR],
        headers=response.headers,
        retry_after=requested_wait(response.status, response.headers, now),
        hint=_choose_hint(response, code),
    )


def is_gone(response: Response) -> bool:
    """Return whether the API itself says that there is no such object: an error page of a proxy is not
    enough.
    """
    content = _parse_json(response.body) if response.status == 404 else None
    meta = content.get("meta") if isinstance(content, dict) else None
    code = meta.get("code") if isinstance(meta, dict) else None
    return code in (ErrorCode.NOT_FOUND, ErrorCode.TRACKING_NOT_FOUND)


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _as_error_code(code: int | None) -> int | None:
    try:
        return code if code is None else ErrorCode(code)
    except ValueError:
        return code


def _default_message(response: Response) -> str:
    from http import HTTPStatus

    if 300 <= response.status < 400:
        return "the service responded with a redirect, and redirects are not followed"
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = "unknown status"
    if not response.body:
        return f"{phrase}; the response is empty"
    kind = response.headers.get("content-type", "no content type").split(";")[0].strip()
    return (
        f"{phrase}; the response has no message of the API ({ascii(kind)[1:-1]}, {len(response.body)} bytes)"
    )


def _choose_hint(response: Response, code: int | None) -> str | None:
    if 300 <= response.status < 400:
        return "Check base_url: the key is not sent to another address."
    for number in (code, response.status):
        error_code = _as_error_code(number)
        if isinstance(error_code, ErrorCode):
            return error_code.advice
    return ErrorCode.INTERNAL_ERROR.advice if 500 <= response.status <= 599 else None


def mask_secrets(response: Response, erase: Callable[[bytes], bytes]) -> Response:
    """Return the response with the secrets masked that a server may have echoed."""
    headers = Headers((name, erase(value.encode()).decode()) for name, value in response.headers.items())
    return Response(response.status, headers, erase(response.body))
