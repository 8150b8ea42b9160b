"""Scopes of partner apps: which ones calls need, and the check of those that an app requests."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.oauth_scopes import Scope, ScopeName
from aftership_tracking.runtime.keywords import nearest
from aftership_tracking.runtime.operation import Operation

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

        needed = scopes_of(client.trackings.create, client.couriers.detect)
        app.authorization_url(state=state, scopes=needed.scopes)

    `calls`: methods of a client, sync or async, bound (`client.trackings.get`) or of their class. A method
    that makes several calls, such as `client.trackings.upsert`, must be that of a client: it needs what its
    calls need, whether each of them is made or not.

    Raises UsageError for anything else, and for no calls at all.
    """
    if not calls:
        raise UsageError("scopes_of needs calls, such as client.trackings.create")
    found = [pair for call in calls for pair in _find_operations(call)]
    return ScopesNeeded(
        scopes=frozenset(Scope(scope) for _, operation in found for scope in operation.scopes),
        unknown=tuple(dict.fromkeys(name for name, operation in found if not operation.scopes)),
    )


def _find_operations(call: Any) -> Iterator[tuple[str, Operation[Any]]]:
    """Return the operations of a method, each with its name."""
    function, client = getattr(call, "__func__", call), getattr(call, "__self__", None)
    parts = getattr(function, "__consists_of__", ())
    if parts and client is None:
        raise UsageError(
            f"scopes_of needs {function.__name__} of a client: which calls it makes depends on the version",
            hint=f"Write client.trackings.{function.__name__}.",
        )
    for part in parts:
        yield from _find_operations(getattr(client, part))
    if parts:
        return
    # The constant of an operation stands beside its methods, and is named after them.
    module, method = sys.modules.get(getattr(function, "__module__", "")), getattr(function, "__name__", "")
    operation = getattr(module, method.upper(), None) if isinstance(function, FunctionType) else None
    if module is None or not isinstance(operation, Operation):
        raise UsageError(
            f"scopes_of takes methods of a client that make calls, and not {_describe(call)}",
            hint="Write client.trackings.create, without parentheses.",
        )
    yield f"{module.__name__.rpartition('.')[2]}.{method}", operation


def _describe(call: object) -> str:
    # Not the repr: what was called by mistake has returned data.
    named = getattr(call, "__qualname__", None)
    return str(named) if isinstance(named, str) else f"a {type(call).__name__}"


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that an app requests, each once: those of a set sorted, others in their order.

    Raises UsageError for a string that is not a documented scope: `Scope("...")` says that it is meant.
    """
    if isinstance(scopes, str) or not isinstance(scopes, Iterable):
        raise UsageError("scopes must be a list or a set of scopes, not a single value")
    given = sorted(scopes) if isinstance(scopes, Set) else list(scopes)
    known = {str(scope) for scope in Scope}
    for scope in given:
        if not isinstance(scope, str) or not scope or any(character.isspace() for character in scope):
            raise UsageError(f"a scope is a string without spaces; this is {scope!r}")
        if isinstance(scope, Scope) or scope in known:
            continue
        meant = nearest(scope, known)
        raise UsageError(
            f"{scope!r} is not a documented scope",
            hint=(f"Did you mean {meant!r}? " if meant else "")
            + f"If the service has it, write Scope({scope!r}).",
        )
    return tuple(dict.fromkeys(str(scope) for scope in given))
