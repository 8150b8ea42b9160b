"""Writes templates. Everything that they show is escaped, and a name that is missing is an error.

The folder of a template is its first segment: `console/base.html` is `mock/console/templates/base.html`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from aftership_tracking.mock.console.formats import FILTERS

if TYPE_CHECKING:
    from jinja2 import Environment

ROOMS = ("console", "explorer")
"""The folders of the mock that have templates and static files."""
MISSING = (
    "the pages of the mock need one more package: python -m pip install 'aftership-tracking-client[mock]'"
)


class PagesMissingError(Exception):
    """jinja2 is not installed."""


def render(template: str, values: Mapping[str, Any]) -> str:
    """Write a template.

    Raises:
        PagesMissingError: jinja2 is not installed.
    """
    return _environment().get_template(template).render(values)


def link(root: str, path: str, query: Mapping[str, Any]) -> str:
    """Return the URL of a percent-encoded path below `/_mock/`; parameters without a value are left out."""
    sent = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{root}/{quote(path, safe='/%')}" + (f"?{urlencode(sent)}" if sent else "")


@cache
def _environment() -> Environment:
    # Imported at the first page: the mock starts without it.
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError as error:
        raise PagesMissingError(MISSING) from error
    found = Environment(
        loader=FunctionLoader(_load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(FILTERS)
    return found


def _load(name: str) -> str | None:
    room, _, path = name.partition("/")
    if room not in ROOMS:
        return None
    return files(f"aftership_tracking.mock.{room}").joinpath("templates", *path.split("/")).read_text("utf-8")
