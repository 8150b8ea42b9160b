"""The `fields` parameter: a caller asks for less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Not documented; here these stay, so that a caller still knows which parcel it reads about.
ALWAYS = ("id", "tracking_number", "slug")


def chosen(value: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    """The asked fields and the identity; everything when nothing is asked for."""
    if not names:
        return value
    wanted = {*ALWAYS, *names}
    return {name: item for name, item in value.items() if name in wanted}
