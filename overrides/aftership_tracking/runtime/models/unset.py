"""`UNSET` means "not sent". It is neither null nor a default, and a field that holds it is never sent.

It is msgspec's own singleton, so that the decoder understands it. Importing this module imports msgspec.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

__all__ = ["UNSET", "UnsetType"]
