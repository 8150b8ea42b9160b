"""Finds the version and the operation that a request is for."""

from __future__ import annotations

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.error_codes import METHOD_NOT_ALLOWED, NOT_FOUND
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.parameters import decode_segment
from aftership_tracking.mock.refusal import Refusal

ROOT = b"tracking"


class Route:
    """`/tracking/{version}/...`; refuses unknown versions and paths (404) and methods (405 with `Allow`)."""

    def __init__(self, served: ServedVersions) -> None:
        self._served = served
        # Paths without placeholders lead to the same operation each time, and the documents have few of them.
        self._known: dict[tuple[str, bytes], tuple[Api, ApiOperation]] = {}

    def __call__(self, exchange: Exchange) -> None:
        known = self._known.get((exchange.request.method, exchange.request.path))
        if known is not None:
            exchange.api, exchange.operation = known
            return
        try:
            self._find(exchange)
        except Refusal as refusal:
            # What could not be read is refused for that, in the version that its path names, or else in the
            # newest (assumed). Only an unknown method is a reason of its own.
            if not exchange.request.unreadable or refusal.status == METHOD_NOT_ALLOWED:
                raise

    def _find(self, exchange: Exchange) -> None:
        segments = exchange.request.path.split(b"/")[1:]
        if len(segments) < 2 or segments[0] != ROOT:
            exchange.api = self._served.newest
            raise Refusal((NOT_FOUND,), "path: the API lives under /tracking/{version}/")
        version = self._served.version_for(decode_segment(segments[1]) or "")
        if version is None:
            exchange.api = self._served.newest
            served = ", ".join(self._served.versions)
            raise Refusal(
                (NOT_FOUND,),
                f"path: no such version here (the service documents no response); served: {served}",
            )
        exchange.api, router = self._served.load(version)
        match = router.find(exchange.request.method, segments[2:])
        if match is None:
            raise Refusal((NOT_FOUND,), f"path: {version} has no such path")
        if match.operation is None:
            raise Refusal(
                (METHOD_NOT_ALLOWED,),
                f"method: the path knows {', '.join(match.allowed)}",
                status=METHOD_NOT_ALLOWED,
                headers={"allow": ", ".join(match.allowed)},
            )
        exchange.operation = match.operation
        exchange.path_values = match.path_values
        request, template = exchange.request, match.operation.template
        # Another spelling of it, such as one with escapes, is found each time.
        if not match.path_values and request.path == f"/tracking/{version}{template}".encode():
            self._known[request.method, request.path] = (exchange.api, match.operation)
