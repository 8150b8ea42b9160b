"""Reading trackings over time."""

from __future__ import annotations

from typing import Generic, TypeVar

from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["AsyncReading", "Reading"]

T = TypeVar("T")


class Reading(Resource, Generic[T]):
    """Recipes that read, for the blocking client."""

    __slots__ = ()


class AsyncReading(AsyncResource, Generic[T]):
    """Recipes that read, for the asynchronous client."""

    __slots__ = ()
