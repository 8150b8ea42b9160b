"""With what a file is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEADLINE = 300.0
TIMEOUT = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A user of the server."""

    user: str
    password: str | None = None

    def __repr__(self) -> str:
        return "Login(...)"


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    """How a file is fetched."""

    login: Login | None = None
    timeout: float = TIMEOUT
    """Seconds for the connection, and for each wait for more bytes."""
    deadline: float = DEADLINE
    """Seconds for all of it."""
    ca_file: Path | None = None
    """The certificates that https trusts, instead of those of the system."""
    known_hosts: Path | None = None
    """The host keys that sftp trusts; `~/.ssh/known_hosts` by default."""
    identity: Path | None = None
    """A private key for sftp."""
