"""What the ASGI and the WSGI application serve: something that answers deliveries. A `Receiver` is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aftership_tracking.webhooks.deliveries import Delivery, Reply
    from aftership_tracking.webhooks.oauth import TokenIssuer

__all__ = ["Endpoint", "TokenEndpoint"]


class Endpoint(Protocol):
    """Answers deliveries, in two steps: what can be refused early need not be read."""

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        ...

    def require_sync(self) -> None:
        """Raise UsageError if only `accept_async` works."""
        ...

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body; None: read the body."""
        ...

    def accept(self, delivery: Delivery) -> Reply:
        """Answer a delivery that was admitted."""
        ...

    async def accept_async(self, delivery: Delivery) -> Reply:
        """As `accept`."""
        ...


class TokenEndpoint:
    """The Token URL of webhook OAuth 2.0: `WebhookApplication(TokenEndpoint(issuer))`."""

    max_body = 16_384
    """Credentials are short."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def require_sync(self) -> None:
        """It works either way."""

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse other methods than POST."""
        return None if delivery.method == "POST" else self._issuer.issue(delivery)

    def accept(self, delivery: Delivery) -> Reply:
        """Answer with a token or an error."""
        return self._issuer.issue(delivery)

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Answer with a token or an error."""
        return self._issuer.issue(delivery)
