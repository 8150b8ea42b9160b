"""The installed documents, each read from disk once: a new mock for every test would read them again."""

from __future__ import annotations

from functools import cache

from aftership_tracking import documents


class ReadOnce:
    """A source of documents for a mock."""

    versions = staticmethod(documents.versions)
    document = staticmethod(cache(documents.document))
    data = staticmethod(cache(documents.data))
