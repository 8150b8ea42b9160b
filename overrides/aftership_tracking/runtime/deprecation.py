"""The mark of deprecated methods. Type checkers and editors see that of PEP 702, and strike the method through.

At run time it is ours: `warnings.deprecated` is new in Python 3.13, and `typing_extensions` is slow to import. The
warning comes from the call itself: `runtime/calls/likely_mistakes.py`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    if sys.version_info >= (3, 13):
        from warnings import deprecated
    else:
        from typing_extensions import deprecated
else:

    def deprecated(message):
        """Mark a method as deprecated, with what to do instead; it is found in `__deprecated__`."""

        def mark(function):
            function.__deprecated__ = message
            return function

        return mark


__all__ = ["deprecated"]
