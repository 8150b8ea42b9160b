"""The REST reference of every version, from the composed documents: Markdown pages, and the same as data.

Every function is pure but `read_sources`, which reads `spec/`.
"""

from __future__ import annotations

from generator.site.rest.downloads import downloads
from generator.site.rest.pages import rest_pages
from generator.site.rest.reading.sources import Sources, read_sources

__all__ = ["Sources", "downloads", "read_sources", "rest_pages"]
