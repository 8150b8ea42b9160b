"""Stops a call before anything is sent, so that `explain` can describe it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftership_tracking.runtime.calls.flow import CallPlan
    from aftership_tracking.runtime.settings import ClientSetup

__all__ = ["DRY_RUN", "DryRunStop"]

DRY_RUN: ContextVar[bool] = ContextVar("aftership_dry_run", default=False)
"""True: a call ends with `DryRunStop` before anything is sent."""


class DryRunStop(BaseException):
    """Carries the plan of a call that is not sent. It is not an Exception, so no handler on the way catches
    it.
    """

    def __init__(self, plan: CallPlan, setup: ClientSetup) -> None:
        super().__init__(plan.operation)
        self.plan = plan
        self.setup = setup
