"""`/v4/...` read as version 2024-01, as far as the two are equal, so that old programs can be tried."""

from __future__ import annotations

from dataclasses import replace

from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints.callers import LEGACY_HEADER
from aftership_tracking.mock.hints.hint import Hint

STAND_IN = "2024-01"
"""The oldest version with a document. Nothing describes v4 as a whole."""
_PREFIX = b"/v4/"
_HINT = Hint(
    id="legacy-api",
    sentence=f"path: /v4/ was read as {STAND_IN}; where the two differ, the response is that of {STAND_IN}",
    advice=f"Move to /tracking/{STAND_IN}/ and the header as-api-key. Known to differ: v4 calls"
    " transit_time delivery_time, and counts one day more",
    source="inferred",
)


class LegacyPaths:
    """Turns a request of v4 into one of 2024-01: the path and, as documented, either header of the key.

    Raises:
        ValueError: the mock does not serve 2024-01.
    """

    def __init__(self, served: ServedVersions) -> None:
        if STAND_IN not in served.versions:
            raise ValueError(f"v4 is read as {STAND_IN}, which is not one of the served versions")

    def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        if not request.path.startswith(_PREFIX):
            return
        headers = dict(request.headers)
        if "as-api-key" not in headers and LEGACY_HEADER in headers:
            headers["as-api-key"] = headers[LEGACY_HEADER]
        path = b"/tracking/" + STAND_IN.encode() + b"/" + request.path.removeprefix(_PREFIX)
        exchange.legacy_request = request
        exchange.request = replace(request, path=path, headers=headers)
        exchange.hints.append(_HINT)
