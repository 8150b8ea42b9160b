"""A server of the Model Context Protocol, for language models that look after parcels: `aftership mcp`.

It needs the extra `mcp`. What it reads is what couriers and customers wrote, so every text of theirs is cut,
cleaned, and in an envelope (`untrusted`).
"""

from __future__ import annotations

try:
    import mcp as _needed  # noqa: F401
except ImportError as error:
    raise ImportError(
        "the server needs one more package: python -m pip install 'aftership-tracking-client[mcp]'"
    ) from error

from aftership_tracking.mcp_server.records import Source
from aftership_tracking.mcp_server.server import build_server

__all__ = ["Source", "build_server"]
