"""The versions that a mock serves. The document of a version is loaded with the first request for it."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.router import Router

_VERSION = re.compile(r"(?a)\d{4}-\d{2}")


def is_version(name: str) -> bool:
    """Whether a name has the form of a version, YYYY-MM."""
    return _VERSION.fullmatch(name) is not None


class DocumentSource(Protocol):
    """Provides the documents; the module `aftership_tracking.documents` is one."""

    def versions(self) -> tuple[str, ...]:
        """All versions, the oldest first."""
        ...

    def document(self, version: str) -> dict[str, Any]:
        """The composed document of a version."""
        ...

    def data(self, name: str) -> Any:
        """A file of facts that are not schemas."""
        ...


class ServedVersions:
    """The served versions, the oldest first."""

    def __init__(self, source: DocumentSource, versions: Sequence[str] | None) -> None:
        known = tuple(source.versions())
        if versions is not None:
            unknown = sorted(set(versions) - set(known))
            if unknown:
                raise ValueError(f"no document for {', '.join(unknown)}; there are {', '.join(known)}")
            known = tuple(version for version in known if version in set(versions))
        if not known:
            raise ValueError("no document to serve; run `make regenerate` first")
        self.versions = known
        self._source = source
        self._loaded: dict[str, tuple[Api, Router]] = {}
        self._lock = threading.Lock()

    @property
    def newest(self) -> Api:
        return self.load(self.versions[-1])[0]

    @property
    def any_loaded(self) -> Api:
        """Any version that is loaded already, for a request whose version is not known yet."""
        for api, _ in self._loaded.values():
            return api
        return self.newest

    def load(self, version: str) -> tuple[Api, Router]:
        """Return a served version and its router."""
        loaded = self._loaded.get(version)
        if loaded is None:
            with self._lock:
                loaded = self._loaded.get(version)
                if loaded is None:
                    api = Api(version, self._source.document(version))
                    loaded = self._loaded[version] = (api, Router(api.operations))
        return loaded

    def version_for(self, requested: str) -> str | None:
        """Return the version that serves requests for a version; None for an unknown version.

        A version that is older than all is served by the oldest, as documented. What the service does with an
        unknown or a future version is not documented; the mock does not serve it.
        """
        if requested in self.versions:
            return requested
        return self.versions[0] if is_version(requested) and requested < self.versions[0] else None
