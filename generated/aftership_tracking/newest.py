"""The newest API version. Type checkers read this; the package finds it by name."""

from __future__ import annotations

from aftership_tracking import v2024_01 as v2024_01
from aftership_tracking import v2024_04 as v2024_04
from aftership_tracking import v2024_07 as v2024_07
from aftership_tracking import v2024_10 as v2024_10
from aftership_tracking import v2025_01 as v2025_01
from aftership_tracking import v2025_04 as v2025_04
from aftership_tracking import v2025_07 as v2025_07
from aftership_tracking import v2026_01 as v2026_01
from aftership_tracking import v2026_07 as v2026_07
from aftership_tracking.v2026_07 import *
