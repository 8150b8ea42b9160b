"""The checks of behaviour by name: filters filter, pages cover everything once, values come back.

Each check takes a fresh mock and returns complaints, so that a test and a mutant can both use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.behaviour.connections import connections
from contract_support.behaviour.filtering import bounds, filters
from contract_support.behaviour.lifecycle import deletion, echo, fullness, isolation, unknown_ids, wholeness
from contract_support.behaviour.pages import paging
from contract_support.behaviour.predictions import predictions
from contract_support.calls.asgi import Application

Check = Callable[[Mapping[str, Any], Mock, Application], list[str]]

CHECKS: dict[str, Check] = {
    "filters": filters,
    "paging": paging,
    "bounds": bounds,
    "deletion": deletion,
    "echo": echo,
    "fullness": fullness,
    "isolation": isolation,
    "unknown ids": unknown_ids,
    "wholeness": wholeness,
    "connections": connections,
    "predictions": predictions,
}
