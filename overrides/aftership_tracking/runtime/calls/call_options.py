"""The options of one call, checked: those of an `Options` and those given as keywords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.keywords import UnexpectedKeywordError
from aftership_tracking.runtime.options import CallOptions, Options
from aftership_tracking.runtime.wire.request import check_headers

__all__ = ["read_options", "split_options"]

_NO_OPTIONS = Options()
_NAMES = CallOptions.__annotations__.keys()


def read_options(options: Options | None, call: Mapping[str, Any] | None = None) -> Options:
    """Return the options of a call. What is given as a keyword wins; headers and query parameters add up.

    Raises UsageError for values of the wrong type, UnexpectedKeywordError for a keyword that is not an
    option. Limits of time and repeats are checked where they are used.
    """
    if options is not None and not isinstance(options, Options):
        raise UsageError(
            f"options must be an Options, not a {type(options).__name__}",
            hint="Give the settings of one call by name, as in timeout=3, or as Options(timeout=3).",
        )
    if not call:
        return _NO_OPTIONS if options is None else _check(options)
    for name in call:
        if name not in _NAMES:
            raise UnexpectedKeywordError(name)
    given = _check(Options(**call))
    if options is None:
        return given
    _check(options)
    merged: dict[str, Any] = dict(call)
    if given.headers and options.headers:
        merged["headers"] = {**check_headers(options.headers), **check_headers(given.headers)}
    if given.query and options.query:
        merged["query"] = {**options.query, **given.query}
    return replace(options, **merged)


def split_options(options: Options | None, given: Mapping[str, Any]) -> tuple[Options | None, dict[str, Any]]:
    """Return the options of a call, and what of the keywords is left: the arguments of the operation."""
    call = {name: value for name, value in given.items() if name in _NAMES}
    if not call:
        return options, dict(given)
    return read_options(options, call), {name: value for name, value in given.items() if name not in call}


def _has_names(query: object) -> bool:
    return isinstance(query, Mapping) and all(isinstance(name, str) and name for name in query)


def _check(options: Options) -> Options:
    headers: object = options.headers
    if headers is not None and not isinstance(headers, Mapping):
        check_headers(headers)
    if type(options.resend) is not bool:
        raise UsageError(f"resend must be True or False; this is a {type(options.resend).__name__}")
    if type(options.priority) is not int:
        raise UsageError(f"priority must be a whole number; this is a {type(options.priority).__name__}")
    query = options.query
    if query is not None and not _has_names(query):
        raise UsageError(
            "query must be a mapping of names to values", hint='For instance query={"limit": 5}.'
        )
    return options
