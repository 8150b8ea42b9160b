"""What the models of all versions have in common: their base class, what was not sent, and JSON.

The models themselves are in the package of a version, such as `aftership_tracking.v2026_07.models`.
"""

from __future__ import annotations

from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum
from aftership_tracking.runtime.models.json_writer import encode_hook
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.unset import UNSET, UnsetType, was_sent

__all__ = ["UNSET", "Model", "OpenEnum", "OpenIntEnum", "UnsetType", "encode_hook", "was_sent"]
