"""The mark of deprecated methods. Type checkers and editors see that of PEP 702, and strike the method out.

At run time it is ours: `warnings.deprecated` is new in Python 3.13, `typing_extensions` is slow to import.
It does not warn: the call does (`calls/likely_mistakes.py`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    if sys.version_info >= (3, 13):
        from warnings import deprecated
    else:
        from typing_extensions import deprecated
else:

    def deprecated(message: str) -> Callable[[Any], Any]:
        """Mark a method as deprecated. `message`: what to do instead; it is found in `__deprecated__`."""

        def mark(function: Any) -> Any:
            function.__deprecated__ = message
            return function

        return mark


__all__ = ["deprecated"]
