"""The newest API version. Type checkers read this; the package finds it by name."""

from __future__ import annotations

from aftership_tracking import v2031_05 as v2031_05
from aftership_tracking.v2031_05 import *
