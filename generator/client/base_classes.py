"""Hand-written classes that generated classes extend: what a document cannot say about a resource or a model.

A resource or a schema of such a name gets the base class, in every version that has it.
"""

from __future__ import annotations

from typing import NamedTuple


class BaseClass(NamedTuple):
    """A hand-written class and its module."""

    module: str
    name: str


RESOURCES = {"trackings": BaseClass("aftership_tracking.recipes.trackings_resource", "TrackingRecipes")}
"""By `x-resource`. The async version has the same name after `Async`. Both are generic in the model that the
resource is about."""

SUBJECTS = {"trackings": "Tracking"}
"""By `x-resource`: the schema that a resource with a hand-written base class is about."""

MODELS = {"Tracking": BaseClass("aftership_tracking.recipes.tracking_model", "TrackingBase")}
"""By name of the schema."""


def base_class_modules() -> dict[str, str]:
    """The module that each of these classes is imported from, by name."""
    bases = {one.name: one.module for one in (*RESOURCES.values(), *MODELS.values())}
    return bases | {f"Async{one.name}": one.module for one in RESOURCES.values()}
