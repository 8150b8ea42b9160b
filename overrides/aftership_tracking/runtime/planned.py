"""Stops a call before anything is sent, so that it can be explained."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftership_tracking.runtime.calls.flow import CallPlan
    from aftership_tracking.runtime.settings import ClientSetup

__all__ = ["PLANNING", "Planned"]

PLANNING: ContextVar[bool] = ContextVar("aftership_planning", default=False)
"""True: a call ends with `Planned` before anything is sent."""


class Planned(BaseException):
    """A call that is examined and not sent. Not an Exception, so that nothing on the way handles it."""

    def __init__(self, plan: CallPlan, setup: ClientSetup) -> None:
        super().__init__(plan.operation)
        self.plan = plan
        self.setup = setup
