"""What is repeated, and when: the rule of the client, and how to give it another one.

A rule is a function from an `AttemptOutcome` to a `Decision`, for `AfterShip(retry=...)`:

    def retry(outcome: AttemptOutcome) -> Decision:
        if outcome.status == 409 and outcome.is_repeatable and outcome.attempt <= outcome.max_retries:
            return Decision(again=True, after=1.0, why="status 409")
        return decide(outcome)

`decide` is the rule that the client uses by default. `RetryPolicy(...)` makes the same rule with other waits
and further statuses, as a function.
"""

from __future__ import annotations

from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.calls.retry import AttemptOutcome, RetryFunction, RetryPolicy, decide

__all__ = ["Attempt", "AttemptOutcome", "Decision", "RetryFunction", "RetryPolicy", "decide"]
