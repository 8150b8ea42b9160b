"""What each operation does, found by `x-resource` and `x-method`. No service knows a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock.services import documented
from aftership_tracking.mock.services.call import Call

Service = Callable[[Call], Any]
# The older forms name a parcel by courier and number. The services find it either way.
BY_NUMBER = "_by_number"


class Services:
    """All services of a mock."""

    def __init__(self, services: Mapping[tuple[str, str], Service]) -> None:
        self._services = services

    def find(self, resource: str, action: str) -> Service:
        """The service of an operation. One that the mock does not know is answered from its document."""
        return self._services.get((resource, action.removesuffix(BY_NUMBER)), documented.answer)
