"""The record of one case of the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from fault_support.server import Act

__all__ = ["KEY", "SECRET", "Case", "ScriptContext", "Step", "Where"]

KEY = "asat_f00dfeedf00dfeedf00dfeedf00dfeed"
SECRET = "asek_never_shown_to_anybody"

Step: TypeAlias = Literal["get", "get other", "create", "list", "pause", "write much"]
"""A call of the client. `get` requests p1 and `get other` p2. Their result is the id in the response."""

Where: TypeAlias = Literal["server", "nobody", "silent", "tls", "no tls"]
"""The address that the client calls: the server, a port where nobody listens, a port that never accepts a
connection, a server with a self-signed certificate, or the server by the wrong protocol."""


class ScriptContext(NamedTuple):
    """What the acts of a case may need to know."""

    elsewhere: str
    """Address of another host, which must never receive a request."""


class Case(NamedTuple):
    """One fault, and the promise to the user about it."""

    name: str
    acts: Sequence[Act] | Callable[[ScriptContext], Sequence[Act]]
    expected: str
    """The result of each step, such as `p1`, or the class of its error, with the status if it has one."""
    requests: int
    """How many whole requests the server sees."""
    steps: tuple[Step, ...] = ("get",)
    attempts: int | None = None
    """How often the client tries; None if it is the number of requests."""
    settings: Mapping[str, Any] = MappingProxyType({})
    waits: tuple[tuple[float, float], ...] | None = None
    """Minimum and maximum of each wait that the client decides on; None if it does not matter."""
    where: Where = "server"
    needs: str | None = None
    """A word that the message of the error must contain."""
