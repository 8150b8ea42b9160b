"""The OAuth scopes that the documents name. They are open: a new one is `Scope("...")`."""

from __future__ import annotations

from typing import TypeAlias

from aftership_tracking.runtime.models.enums import OpenEnum

ScopeName: TypeAlias = str
"""The scopes as plain strings."""


class Scope(OpenEnum):
    """What a merchant allows a partner app. `Scope("...")` makes one that is not listed here."""


    @property
    def meaning(self) -> str | None:
        """What the scope allows, in English; None for an unknown scope."""
        return _MEANINGS.get(self._value_)


_MEANINGS: dict[str, str] = {
}
