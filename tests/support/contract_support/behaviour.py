"""What an API must do that no schema says: filters filter, pages cover everything once, values come back.

Each check takes a fresh mock and gives complaints, so that a test and a mutant can both use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.asgi import Application
from contract_support.connections import connections
from contract_support.filtering import bounds, filters
from contract_support.lifecycle import deletion, echo, fullness, isolation
from contract_support.pages import paging
from contract_support.predictions import predictions

Check = Callable[[Mapping[str, Any], Mock, Application], list[str]]

CHECKS: dict[str, Check] = {
    "filters": filters,
    "paging": paging,
    "bounds": bounds,
    "deletion": deletion,
    "echo": echo,
    "fullness": fullness,
    "isolation": isolation,
    "connections": connections,
    "predictions": predictions,
}
