"""Writing trackings: one or many, each of them once."""

from __future__ import annotations

from typing import Generic, TypeVar

from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["AsyncWriting", "Writing"]

T = TypeVar("T")


class Writing(Resource, Generic[T]):
    """Recipes that write, for the blocking client."""

    __slots__ = ()


class AsyncWriting(AsyncResource, Generic[T]):
    """Recipes that write, for the asynchronous client."""

    __slots__ = ()
