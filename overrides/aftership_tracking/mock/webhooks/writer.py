"""Writes an event in the shape of a version: the parcel as that version's document has it, in an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert
from aftership_tracking.mock.documents.projection import Projector, build_projector
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.tracking import Rendering

_KIND = "WebhookEvent"
_EVENT = f"/components/schemas/{_KIND}"
_WHEN_EMPTY = "x-when-empty"
_EMPTY: Mapping[str, Any] = {"object": {}, "null": None}


class Writer:
    """Writes events in the served versions. What it computes for a version, it computes once."""

    def __init__(self, served: ServedVersions, seed: int) -> None:
        self._served = served
        self._seed = seed
        self._projectors: dict[str, Projector | None] = {}

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that events can be written in, the oldest first."""
        return self._served.versions

    def shape(self, version: str | None) -> str:
        """Return the version whose shape a URL gets: its own, or the nearest older one that is served.

        A URL without a version, and one with a version older than all, get the oldest.
        """
        if version is None:
            return self.versions[0]
        known = [each for each in self.versions if each <= version]
        return known[-1] if known else self.versions[0]

    def event(
        self,
        version: str | None,
        code: str,
        event_id: str,
        parcel: Parcel,
        at: datetime,
        is_first_tag: bool | None,
    ) -> dict[str, Any]:
        """Return the body of an event as a new mapping."""
        api = self._served.load(self.shape(version))[0]
        tracking = Rendering(parcel, at, self._seed).tracking(api)
        for name, empty in _empty(api).items():
            if not tracking.get(name):
                tracking[name] = _EMPTY[empty]
        envelope = {
            "event": code,
            "event_id": event_id,
            **({} if is_first_tag is None else {"is_tracking_first_tag": is_first_tag}),
            "ts": int(at.timestamp()),
        }
        body = {**convert(envelope, _KIND, CODE_VERSION, api.version), "msg": tracking}
        cut = self._projector(api)
        return body if cut is None else dict(cut(body))

    def _projector(self, api: Api) -> Projector | None:
        if api.version not in self._projectors:
            self._projectors[api.version] = build_projector(api.document, _EVENT, is_full=True)
        return self._projectors[api.version]


def _empty(api: Api) -> Mapping[str, str]:
    """How a webhook writes empty values of the tracking, where that differs from the API."""
    found: Mapping[str, str] = api.fields(_KIND)["msg"].get(_WHEN_EMPTY, {})
    return found
