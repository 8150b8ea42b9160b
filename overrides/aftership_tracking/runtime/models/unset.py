"""The value of "not sent": `UNSET` is neither null nor a default, and a field that holds it never reaches the
wire.

It is msgspec's own singleton, so that the decoder understands it. Importing this module loads msgspec.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

__all__ = ["UNSET", "UnsetType"]
