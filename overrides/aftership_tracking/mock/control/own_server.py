"""Names the mock as the first server of a document, so that tools call it and not the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

DESCRIPTION = "This mock. It forwards nothing to the service."


def point_to_mock(document: Mapping[str, Any], mount: str) -> dict[str, Any]:
    """Return a document whose first server is the mock that serves it; the declared ones follow.

    Args:
        mount: the path below which the mock is served; mostly empty.
    """
    declared = document["servers"]
    own = {"url": mount + urlsplit(declared[0]["url"]).path, "description": DESCRIPTION}
    return {**document, "servers": [own, *declared]}
