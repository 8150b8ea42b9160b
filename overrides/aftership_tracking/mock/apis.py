"""The versions that a mock serves. A version's document is loaded when the first request asks for it."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from aftership_tracking.mock.api import Api
from aftership_tracking.mock.routes import Router

_VERSION = re.compile(r"(?a)\d{4}-\d{2}")


class DocumentSource(Protocol):
    """Where documents come from; the module `aftership_tracking.documents` is one."""

    def versions(self) -> tuple[str, ...]:
        """All versions, the oldest first."""
        ...

    def document(self, version: str) -> dict[str, Any]:
        """The composed document of a version."""
        ...

    def data(self, name: str) -> Any:
        """A file of facts that are no schema."""
        ...


class Apis:
    """The served versions, the oldest first."""

    def __init__(self, source: DocumentSource, versions: Sequence[str] | None) -> None:
        known = tuple(source.versions())
        if versions is not None:
            unknown = sorted(set(versions) - set(known))
            if unknown:
                raise ValueError(f"no document for {', '.join(unknown)}; there are {', '.join(known)}")
            known = tuple(version for version in known if version in set(versions))
        if not known:
            raise ValueError("there is no document to serve; run `make regenerate` first")
        self.versions = known
        self._source = source
        self._loaded: dict[str, tuple[Api, Router]] = {}
        self._lock = threading.Lock()

    @property
    def newest(self) -> Api:
        return self.load(self.versions[-1])[0]

    @property
    def at_hand(self) -> Api:
        """Any version that is loaded already, for a request whose own is not known yet."""
        for api, _ in self._loaded.values():
            return api
        return self.newest

    def load(self, version: str) -> tuple[Api, Router]:
        """Give a served version and its router."""
        loaded = self._loaded.get(version)
        if loaded is None:
            with self._lock:
                loaded = self._loaded.get(version)
                if loaded is None:
                    api = Api(version, self._source.document(version))
                    loaded = self._loaded[version] = (api, Router(api.operations))
        return loaded

    def serving(self, asked: str) -> str | None:
        """The version that serves a call to a version.

        A version that is older than all is served by the oldest, as the service documents it. For an unknown
        or a future one nothing is documented; here there is none.
        """
        if asked in self.versions:
            return asked
        return self.versions[0] if _VERSION.fullmatch(asked) and asked < self.versions[0] else None
