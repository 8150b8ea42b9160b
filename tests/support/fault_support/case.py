"""The record of one case of the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from fault_support.server import Act

__all__ = ["KEY", "SECRET", "Case", "Place", "Step", "Where"]

KEY = "asat_f00dfeedf00dfeedf00dfeedf00dfeed"
SECRET = "asek_never_shown_to_anybody"

Step: TypeAlias = Literal["get", "get other", "create", "list", "pause", "write much"]
"""What the client is asked for. `get` asks for p1, `get other` for p2, and both tell the id they got."""

Where: TypeAlias = Literal["server", "nobody", "silent", "tls", "no tls"]
"""Whom the client calls: the server, a port where nobody listens, one that never takes a connection, a server
with a certificate of its own making, or the server by the wrong protocol."""


class Place(NamedTuple):
    """What a script may need to know."""

    elsewhere: str
    """Address of another host, which must never be asked anything."""


class Case(NamedTuple):
    """One fault, and what a user is promised about it."""

    name: str
    acts: Sequence[Act] | Callable[[Place], Sequence[Act]]
    expected: str
    """What each step gives, such as `p1`, or the class of the error, with its status if it has one."""
    requests: int
    """How many whole requests the server sees."""
    steps: tuple[Step, ...] = ("get",)
    attempts: int | None = None
    """How often the client tries; as many as requests if it is not said."""
    settings: Mapping[str, Any] = MappingProxyType({})
    waits: tuple[tuple[float, float], ...] | None = None
    """Least and most of each wait that the client decides on; None where it does not matter."""
    where: Where = "server"
    needs: str | None = None
    """A word that the text of the error must hold."""
