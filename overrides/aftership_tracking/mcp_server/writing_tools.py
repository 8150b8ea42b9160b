"""The only tool that changes something: it adds a tracking to the account, once a person has agreed."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, Field

from aftership_tracking.mcp_server.failures import ToolRefusedError
from aftership_tracking.mcp_server.parcels import ParcelReader
from aftership_tracking.mcp_server.records import CreateOutcome, Source
from aftership_tracking.mcp_server.untrusted import clean, wrap

__all__ = ["CONFIRMATION_SECONDS", "Confirmations", "WritingTools"]

CONFIRMATION_SECONDS = 600.0
_MOST_OPEN = 50
_SLUG = re.compile(r"[a-z0-9-]+")

Number = Annotated[str, Field(min_length=4, max_length=100)]
OptionalCourier = Annotated[
    str | None,
    Field(min_length=1, max_length=80, description="The slug of the courier. Without it, it is detected."),
]
OptionalToken = Annotated[
    str | None, Field(min_length=1, max_length=64, description="Of an earlier result, once the user agreed.")
]


class Confirmation(BaseModel):
    """What a person says."""

    create: bool = Field(description="Add this tracking to the account?")


def ask_user(
    context: Context, tracking_number: str, courier: str | None = None
) -> Elicit[Confirmation] | None:
    """Let the client ask its user, if it can; None if it cannot."""
    capabilities = context.client_capabilities
    elicitation = None if capabilities is None else capabilities.elicitation
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return None
    _check(tracking_number, courier)
    carrier = "a courier that AfterShip detects" if courier is None else f"the courier {courier}"
    # In quotes: a number may be a sentence that goes on as if it were ours.
    number = tracking_number.replace('"', "'")
    return Elicit(f'Add the tracking number "{number}" of {carrier} to the AfterShip account?', Confirmation)


def _check(tracking_number: str, courier: str | None) -> None:
    """Refuse what a person would not see as it is sent."""
    if clean(tracking_number) != tracking_number:
        raise ToolRefusedError(
            "tracking_number holds characters that cannot be seen, or spaces around it.",
            "Nobody could agree to that: give the number as it is printed.",
        )
    if courier is not None and not _SLUG.fullmatch(courier):
        raise ToolRefusedError(
            "courier is not a slug: small letters, digits and dashes.",
            "Use a slug of find_couriers, or leave it out.",
        )


class Confirmations:
    """Tokens for clients that cannot ask their users: each is for one call, with the same arguments."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._open: dict[str, tuple[tuple[str, str | None], float]] = {}

    def issue(self, arguments: tuple[str, str | None]) -> str:
        """Return a token for these arguments."""
        while len(self._open) >= _MOST_OPEN:
            del self._open[next(iter(self._open))]
        token = secrets.token_urlsafe(12)
        self._open[token] = (arguments, self._now() + CONFIRMATION_SECONDS)
        return token

    def redeem(self, token: str, arguments: tuple[str, str | None]) -> None:
        """Use a token up. Raises ToolRefusedError if it is not for these arguments."""
        meant, until = self._open.pop(token, (None, 0.0))
        if meant != arguments or self._now() > until:
            raise ToolRefusedError(
                "This token is unknown, used, older than 10 minutes, or of other arguments.",
                "Call without a token for a new one, and show the user what it is for.",
            )


class WritingTools:
    """The tool, over one client."""

    def __init__(self, client: Any, reader: ParcelReader, source: Source) -> None:
        self._client = client
        self._reader = reader
        self._source: Source = source
        self._confirmations = Confirmations()

    async def create_tracking(
        self,
        tracking_number: Number,
        confirmed: Annotated[ElicitationResult[Confirmation], Resolve(ask_user)],
        courier: OptionalCourier = None,
        confirmation_token: OptionalToken = None,
    ) -> CreateOutcome:
        """Add a tracking number to the account. The user has to agree: the client shows a question, or the
        first call returns a token, and the second one, with the token, does it.
        """
        _check(tracking_number, courier)
        arguments = (tracking_number, courier)
        if not isinstance(confirmed, AcceptedElicitation):
            return self._declined()
        # The library passes on None where `ask_user` returned it: this client cannot show a question.
        decision: Confirmation | None = confirmed.data
        if decision is None:
            if confirmation_token is None:
                return CreateOutcome(
                    source=self._source,
                    outcome="needs confirmation",
                    text="Ask the user whether this tracking number may be added to the account. "
                    "Without a courier AfterShip detects it.",
                    tracking_number=wrap(tracking_number),
                    courier=self._reader.courier(courier),
                    confirmation_token=self._confirmations.issue(arguments),
                )
            self._confirmations.redeem(confirmation_token, arguments)
        elif not decision.create:
            return self._declined()
        result = await self._client.trackings.upsert(tracking_number=tracking_number, slug=courier)
        is_new = str(result.outcome) == "created"
        return CreateOutcome(
            source=self._source,
            outcome="created" if is_new else "existed",
            text="The tracking was added." if is_new else "The account had it already. Nothing was changed.",
            parcel=self._reader.parcel(result.tracking),
        )

    def _declined(self) -> CreateOutcome:
        return CreateOutcome(
            source=self._source,
            outcome="declined by the user",
            text="Nothing was created. Do not try again unless the user wants it.",
        )
