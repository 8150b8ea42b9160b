"""Authentication with tokens in a store (being written)."""

from __future__ import annotations


class StoredToken:
    """Being written."""
