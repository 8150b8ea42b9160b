"""Writes an event in the shape of a version: the parcel as that version's document has it, in an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftership_tracking.mock.api import Api
from aftership_tracking.mock.apis import Apis
from aftership_tracking.mock.projection import Projector, projector
from aftership_tracking.mock.store import Parcel
from aftership_tracking.mock.tracking import Rendering

_EVENT = "/components/schemas/WebhookEvent"
_WHEN_EMPTY = "x-when-empty"
_EMPTY: Mapping[str, Any] = {"object": {}, "null": None}


class Writer:
    """Knows the served versions. What it works out about a version is kept."""

    def __init__(self, apis: Apis, seed: int) -> None:
        self._apis = apis
        self._seed = seed
        self._cuts: dict[str, Projector | None] = {}

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that events can be written in, the oldest first."""
        return self._apis.versions

    def shape(self, version: str | None) -> str:
        """The version whose shape a URL gets: its own, or the nearest one that is known.

        A URL without a version, and one that is older than all, get the oldest.
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
        """The body of an event as a mapping; new each time, so it may be changed."""
        api = self._apis.load(self.shape(version))[0]
        tracking = Rendering(parcel, at, self._seed).tracking(api)
        for name, empty in _empty(api).items():
            if not tracking.get(name):
                tracking[name] = _EMPTY[empty]
        written = {
            "event": code,
            "event_id": event_id,
            **({} if is_first_tag is None else {"is_tracking_first_tag": is_first_tag}),
            "msg": tracking,
            "ts": int(at.timestamp()),
        }
        cut = self._cut(api)
        return written if cut is None else dict(cut(written))

    def _cut(self, api: Api) -> Projector | None:
        if api.version not in self._cuts:
            self._cuts[api.version] = projector(api.document, _EVENT)
        return self._cuts[api.version]


def _empty(api: Api) -> Mapping[str, str]:
    """How empty values of the tracking come in a webhook, where that is not as in the API."""
    properties = api.document["components"]["schemas"]["WebhookEvent"]["properties"]
    found: Mapping[str, str] = properties["msg"].get(_WHEN_EMPTY, {})
    return found
