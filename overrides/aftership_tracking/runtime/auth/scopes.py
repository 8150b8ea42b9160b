"""Scopes of partner apps: which ones calls need, and the check of those that an app requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aftership_tracking.oauth_scopes import Scope, ScopeName

__all__ = ["Scope", "ScopeName", "ScopesNeeded", "check_scopes", "scopes_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopesNeeded:
    """The scopes that some calls need together."""

    scopes: frozenset[Scope]
    """The documented ones. Give them to `authorization_url`."""
    unknown: tuple[str, ...] = ()
    """The calls whose scope nobody documents, such as `notifications.list`."""


def scopes_of(*calls: object) -> ScopesNeeded:
    """Return the scopes that calls need, by the document of their version. Nothing is sent.

        needed = scopes_of(client.trackings.create, AsyncAfterShip.couriers.detect)

    `calls`: methods of a client, sync or async, bound (`client.trackings.get`) or of the class
    (`v2026_07.resources.trackings.Trackings.get`). A method that makes several calls, such as
    `client.trackings.upsert`, must be that of a client: it needs what its calls need, whether each call is
    made or not.

    Raises UsageError for anything else, and for no calls at all.
    """
    raise NotImplementedError


def check_scopes(scopes: Iterable[Scope | ScopeName] | Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that an app requests: those of a set sorted, others in their order, each once.

    Raises UsageError for a string that is not a documented scope: `Scope("...")` says that it is meant.
    """
    raise NotImplementedError
