"""Why a file was not fetched."""

from __future__ import annotations

from typing import Literal

Kind = Literal["refused", "usage", "auth", "not_found", "limited", "network"]
"""What kind of trouble: `refused` by our own rules, `network` also for a server that cannot be trusted."""


class FetchError(Exception):
    """A file was not fetched, and nothing was written.

    `message` says why in one sentence, without login or query of the address; `hint` says what to do.
    """

    def __init__(self, message: str, kind: Kind, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.hint = hint
