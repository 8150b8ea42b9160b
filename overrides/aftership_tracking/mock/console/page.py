"""What a page gets and what it returns: frozen records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from aftership_tracking.mock.control.sandbox import Sandbox

ACTION = "do"
"""The field of a form that says which of the forms of its page it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRequest:
    """A request for a page, read.

    Attributes:
        path: below `/_mock/`, still percent-encoded, without slashes at its ends.
        parts: of the path, by the names of the route.
        query: each parameter once; the last one counts.
        repeated: the names of the query that came more than once.
        form: the fields of a form that was sent, `ACTION` among them; of a search only if it was refused.
        error: why the form was refused. The page is shown once more then, with what was typed.
    """

    path: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()
    form: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None

    def typed(self, action: str, name: str, default: Any = "") -> Any:
        """Return what was typed into a field of a form that was refused; else a default.

        Args:
            action: which form it is; empty for a search.
        """
        return self.form.get(name, "") if self.error and self.form.get(ACTION, "") == action else default


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A template with its values. `template` begins with the folder of the mock: `console/parcels.html`.

    `leads_elsewhere`: a form of the page may lead to another site, and from there on.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    leads_elsewhere: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """Where to go after a form was done.

    Attributes:
        to: a path below `/_mock/`, percent-encoded, with a query if needed.
        note: a sentence that the next page shows once.
        cookie: the value of a Set-Cookie header.
    """

    to: str
    note: str = ""
    cookie: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """A whole address elsewhere, where the browser goes. Only one that was checked: of a registered app."""

    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """A response that no template writes, such as JSON for a script."""

    body: bytes
    kind: str = "application/json"
    status: int = 200


def join_path(path: str, *segments: str) -> str:
    """Return a path with more segments, each percent-encoded."""
    return "/".join((path, *(quote(segment, safe="") for segment in segments)))


Shown = Page | Redirect | Leave | Raw
Handler = Callable[[Sandbox, PageRequest], Shown]
"""Raises ControlError for what cannot be done: the page says why."""
Routes = Mapping[str, Mapping[str, Handler]]
"""Path below `/_mock/` (`console/parcels/{id}`) -> method -> handler. A route with a POST has a GET as well:
it shows the page once more, with the error and what was typed, if the POST was refused."""
