"""The versions that a mock serves. The document of a version is loaded with the first request for it."""

from __future__ import annotations

import re
import threading
from collections.abc import MutableMapping, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.router import Router

_VERSION = re.compile(r"(?a)\d{4}-\d{2}")


def is_version(name: str) -> bool:
    """Whether a name has the form of a version, YYYY-MM."""
    return _VERSION.fullmatch(name) is not None


class DocumentSource(Protocol):
    """Provides the documents; the module `aftership_tracking.documents` is one.

    Its documents do not change: all mocks of a process that read from one source share what they load.
    """

    def versions(self) -> tuple[str, ...]:
        """All versions, the oldest first."""
        ...

    def document(self, version: str) -> dict[str, Any]:
        """The composed document of a version."""
        ...

    def data(self, name: str) -> Any:
        """A file of facts that are not schemas."""
        ...


# To read a version and compile its schemas costs more than the requests of a short test, and much memory.
# A mock only reads what was loaded, so the next mock of the same source begins with it.
_Loaded = dict[tuple[str, bool], tuple[Api, Router]]
_LOADED: MutableMapping[DocumentSource, _Loaded] = WeakKeyDictionary()
_LOADING = threading.RLock()


def _loaded_from(source: DocumentSource) -> _Loaded:
    try:
        return _LOADED.setdefault(source, {})
    except TypeError:
        # It cannot be a key that nobody else keeps alive, so nothing of it is shared.
        return {}


class ServedVersions:
    """The served versions, the oldest first. A lenient mock reads the same documents, and takes more."""

    def __init__(
        self, source: DocumentSource, versions: Sequence[str] | None, *, is_lenient: bool = False
    ) -> None:
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
        self._is_lenient = is_lenient
        # What this mock has used. What it says about a request of no version must not depend on other mocks.
        self._loaded: dict[str, tuple[Api, Router]] = {}

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
            with _LOADING:
                shared = _loaded_from(self._source)
                name = (version, self._is_lenient)
                if name not in shared:
                    api = Api(version, self._source.document(version), is_lenient=self._is_lenient)
                    shared[name] = (api, Router(api.operations))
                loaded = self._loaded[version] = shared[name]
        return loaded

    def has_operation(self, name: str) -> bool:
        """Whether a version has an operation of this operationId or of this name, as `trackings.list`.

        A name covers the older form by courier and number.
        """
        for version in reversed(self.versions):
            for operation in self.load(version)[0].operations:
                called = f"{operation.resource}.{operation.action}"
                if name in (operation.id, called, called.removesuffix("_by_number")):
                    return True
        return False

    def version_for(self, requested: str) -> str | None:
        """Return the version that serves requests for a version; None for an unknown version.

        A version that is older than all is served by the oldest, as documented. What the service does with an
        unknown or a future version is not documented; the mock does not serve it.
        """
        if requested in self.versions:
            return requested
        return self.versions[0] if is_version(requested) and requested < self.versions[0] else None
