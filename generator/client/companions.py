"""Hand-written classes that generated classes build on: what no document can say about a resource or a model.

A resource or a schema of such a name gets the base, in every version that has it.
"""

from __future__ import annotations

from typing import NamedTuple


class Companion(NamedTuple):
    """A base class and the module it lives in."""

    module: str
    name: str


RESOURCES = {"trackings": Companion("aftership_tracking.recipes.trackings_resource", "TrackingRecipes")}
"""By `x-resource`. The asynchronous twin has the same name with `Async` before it. Both are generic in the
model that the resource is about."""

SUBJECTS = {"trackings": "Tracking"}
"""The schema that a resource with a companion is about."""

MODELS = {"Tracking": Companion("aftership_tracking.recipes.tracking_model", "TrackingBase")}
"""By name of the schema."""


def places() -> dict[str, str]:
    """Where each of these classes is imported from."""
    bases = {one.name: one.module for one in (*RESOURCES.values(), *MODELS.values())}
    return bases | {f"Async{one.name}": one.module for one in RESOURCES.values()}
