"""JSON as the generator writes it.

Sorted, so that equal values give equal bytes; a line for each value, so that the history shows what changed.
"""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any) -> str:
    """The value as JSON text with a line break at its end."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
