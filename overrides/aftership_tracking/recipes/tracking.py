"""The base of the model of a tracking in every version: what can be told from its fields."""

from __future__ import annotations

from aftership_tracking.runtime.model import Model

__all__ = ["TrackingBase"]


class TrackingBase(Model):
    """A shipment that is followed."""

    __slots__ = ()
