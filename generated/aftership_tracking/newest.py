"""The newest API version. Type checkers read this; the package finds it by name."""

from __future__ import annotations

from aftership_tracking.v2026_07 import *
