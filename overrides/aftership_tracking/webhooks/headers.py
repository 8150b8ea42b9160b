"""Headers of any framework as one shape: names in lower case, every value of each name.

Frameworks disagree about the case of names, about text and bytes, and about what happens to a header that
comes twice. Nothing is joined, dropped or chosen here: whoever reads a value sees how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias, cast

from aftership_tracking.errors import UsageError

__all__ = ["AnyHeaders", "HasItems", "HeaderValues", "Wanted", "pick_headers", "read_headers"]


class HasItems(Protocol):
    """The header classes of frameworks: `items()` gives the pairs."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Give every name with its value."""
        ...


AnyHeaders: TypeAlias = "Mapping[Any, Any] | HasItems | Iterable[tuple[Any, Any]]"
"""A mapping with text or bytes in it, also one with lists of values; pairs; a WSGI environ or Django's META;
the header objects of werkzeug, Starlette, Django, httpx and `email`.
"""


class HeaderValues(dict[str, tuple[str, ...]]):
    """Lower-case names with all their values. Its repr shows names only: values hold tokens."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"HeaderValues({', '.join(self)})"


def read_headers(headers: AnyHeaders) -> HeaderValues:
    """Return the headers with names in lower case and all values, in the order they came.

    Bytes are read as ISO 8859-1, so this fails for no byte. Raises UsageError for what is no headers at all.
    """
    if type(headers) is HeaderValues:
        return headers
    found = HeaderValues()
    for name, value in _pairs(headers):
        key = (name.decode("latin-1") if isinstance(name, bytes) else name).lower()
        if type(value) is str:
            values: tuple[str, ...] = (value,)
        elif isinstance(value, list | tuple):
            values = tuple([_text(one) for one in value])
        elif value is None:
            continue
        else:
            values = (_text(value),)
        found[key] = found[key] + values if key in found else values
    return found


class Wanted:
    """Names of headers to pick."""

    __slots__ = ("lengths", "names")

    def __init__(self, *names: str) -> None:
        self.names: dict[str | bytes, str] = {
            spelling: name for name in names for spelling in (name, name.encode())
        }
        # Most headers are known to be others by the length of their name alone.
        self.lengths = frozenset(map(len, names))


def pick_headers(headers: AnyHeaders, wanted: Wanted) -> HeaderValues:
    """Return some headers only, which is quicker than all.

    Raises UsageError as `read_headers` does, as far as it looks.
    """
    if type(headers) is dict and not _is_environ(headers):
        pairs: Iterable[Any] = headers.items()
    elif type(headers) is list or type(headers) is tuple:
        pairs = headers
    else:
        return read_headers(headers)
    found = HeaderValues()
    names, lengths = wanted.names, wanted.lengths
    try:
        for name, value in pairs:
            key = names.get(name.lower()) if len(name) in lengths else None
            if key is not None:
                text = value if type(value) is str else value.decode("latin-1")
                found[key] = (*found[key], text) if key in found else (text,)
    except (TypeError, ValueError, AttributeError):
        # Lists of values, or no headers at all: this one knows.
        return read_headers(headers)
    return found


def _pairs(headers: AnyHeaders) -> Iterable[tuple[str | bytes, Any]]:
    if isinstance(headers, Mapping):
        if _is_environ(headers):
            return _environ_pairs(cast("Mapping[str, Any]", headers))
        pairs: Iterable[Any] = headers.items()
    elif hasattr(headers, "items"):
        pairs = cast("HasItems", headers).items()
    else:
        pairs = cast("Iterable[Any]", headers) if _is_list(headers) else (None,)
    checked = []
    for pair in pairs:
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str | bytes)):
            # Not the value itself: it may be a secret.
            raise UsageError(
                "headers are a mapping, or pairs of a name and a value, in text or bytes; "
                f"this is a {type(headers).__name__} of something else"
            )
        checked.append((pair[0], pair[1]))
    return checked


def _is_list(headers: object) -> bool:
    return isinstance(headers, Iterable) and not isinstance(headers, str | bytes | bytearray)


def _is_environ(headers: Mapping[Any, Any]) -> bool:
    """Whether a mapping is a WSGI environ or Django's META.

    The sender chooses the names of headers, so a name like HTTP_HOST proves nothing: a header could be called
    so and hide the real ones. What is no text cannot come from a sender: the tuple of a WSGI server, the flag
    of Django. Without these, every name must look like a variable: of ordinary headers at least one does not.
    """
    if type(headers.get("wsgi.version")) is tuple or type(headers.get("wsgi.multithread")) is bool:
        return True
    some = False
    for name in headers:
        if not isinstance(name, str) or "-" in name or not name.isupper():
            return False
        some = some or name.startswith("HTTP_")
    return some


_PLAIN = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def _environ_pairs(environ: Mapping[str, Any]) -> list[tuple[str | bytes, Any]]:
    pairs: list[tuple[str | bytes, Any]] = []
    for name, value in environ.items():
        if not isinstance(value, str):
            continue
        if name.startswith("HTTP_"):
            plain = name[5:]
            # The two have variables of their own; under this name they would be somebody's invention.
            if plain not in _PLAIN:
                pairs.append((plain.replace("_", "-"), value))
        elif value and name in _PLAIN:
            pairs.append((_PLAIN[name], value))
    return pairs


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise UsageError(f"a header value is text or bytes, not {type(value).__name__}")
