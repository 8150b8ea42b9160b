"""The bases of `client.trackings` in every version: what is made of several calls."""

from __future__ import annotations

from typing import TypeVar

from aftership_tracking.recipes.reading import AsyncReading, Reading
from aftership_tracking.recipes.writing import AsyncWriting, Writing

__all__ = ["AsyncTrackingRecipes", "TrackingRecipes"]

T = TypeVar("T")


class TrackingRecipes(Reading[T], Writing[T]):
    """Base of `trackings` of the blocking client. `T` is the tracking of the version."""

    __slots__ = ()


class AsyncTrackingRecipes(AsyncReading[T], AsyncWriting[T]):
    """Base of `trackings` of the asynchronous client. `T` is the tracking of the version."""

    __slots__ = ()
