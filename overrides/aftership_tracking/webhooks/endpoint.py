"""The endpoint that the ASGI and the WSGI application serve. A `Receiver` is one, and a `TokenEndpoint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aftership_tracking.webhooks.incoming.delivery import Reply, text_reply

if TYPE_CHECKING:
    from aftership_tracking.webhooks.errors import WebhookError
    from aftership_tracking.webhooks.incoming.delivery import Delivery
    from aftership_tracking.webhooks.verification.oauth_tokens import TokenIssuer

__all__ = ["Endpoint", "TokenEndpoint"]


class Endpoint(Protocol):
    """Responds to deliveries in two steps, so that a body is not read if its headers are refused."""

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        ...

    def require_sync(self) -> None:
        """Raise UsageError if only `accept_async` works."""
        ...

    def warm(self) -> None:
        """Load what the first delivery needs, so that it blocks no event loop."""
        ...

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body. None means: read the body, and call `accept`."""
        ...

    def refuse(self, error: WebhookError) -> Reply:
        """Respond to a delivery that was admitted, and whose body cannot be read."""
        ...

    def accept(self, delivery: Delivery) -> Reply:
        """Respond to a delivery that was admitted."""
        ...

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Do the same as `accept`."""
        ...


class TokenEndpoint:
    """The Token URL of webhook OAuth 2.0: `WebhookApplication(TokenEndpoint(issuer))`."""

    max_body = 16_384
    """The most bytes that a body may have. Credentials are short."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def require_sync(self) -> None:
        """Do nothing: `accept` always works."""

    def warm(self) -> None:
        """Do nothing: everything is loaded."""

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse other methods than POST."""
        return None if delivery.method == "POST" else self._issuer.issue(delivery)

    def refuse(self, error: WebhookError) -> Reply:
        """Respond with the status of the error."""
        return text_reply(error.status, f"refused: {error.code}")

    def accept(self, delivery: Delivery) -> Reply:
        """Respond with a token or an error."""
        return self._issuer.issue(delivery)

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Respond with a token or an error."""
        return self._issuer.issue(delivery)
