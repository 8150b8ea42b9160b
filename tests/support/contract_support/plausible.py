"""Helps drawn request bodies past the first refusal.

A drawn text is never the code of a courier, and a drawn number fits no courier's format. Nearly every drawn
create would be refused for that alone, and nothing behind it would be tested. So most drawn courier codes are
replaced by codes that exist, and most numbers that stand alone get one: a valid body stays valid, a broken
one stays broken.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any

SLUG = "slug"
SLUG_GROUP = "slug_group"
NUMBER = "tracking_number"
LEFT_ONE_IN = 5

BodyMap = Callable[[Any, Any], Any]


def body_map(slugs: Sequence[str]) -> BodyMap:
    """Build the `map_body` hook of one run, with the courier codes that the server knows."""

    def map_body(context: Any, body: Any) -> Any:
        # Chosen by the body itself and not by chance, so that a run can be repeated.
        number = zlib.crc32(json.dumps(body, default=repr, sort_keys=True).encode())
        if not slugs or number % LEFT_ONE_IN == 0:
            return body
        return _replaced(body, slugs[number % len(slugs)])

    return map_body


def _replaced(value: Any, slug: str) -> Any:
    if isinstance(value, list):
        return [_replaced(item, slug) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: _replaced(item, slug) for name, item in value.items()}
    given = SLUG if SLUG in value else SLUG_GROUP
    if isinstance(value.get(SLUG), str) or (isinstance(value.get(NUMBER), str) and given not in value):
        result[SLUG] = slug
    return result
