"""Headers of any framework as one shape: names in lower case, every value of each name.

Frameworks differ in the case of names, in strings and bytes, and in what happens to a header that comes
twice. Nothing is joined, dropped or chosen here: whoever reads a value sees how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias, cast

from aftership_tracking.errors import UsageError

__all__ = [
    "AnyHeaders",
    "HasItems",
    "HeaderNames",
    "HeaderValues",
    "announced_length",
    "pick_headers",
    "read_headers",
]


class HasItems(Protocol):
    """The header classes of frameworks: `items()` returns the pairs."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return every name with its value."""
        ...


AnyHeaders: TypeAlias = "Mapping[Any, Any] | HasItems | Iterable[tuple[Any, Any]]"
"""A mapping of strings or bytes, also one with lists of values; pairs; a WSGI environ or Django's META; the
header objects of werkzeug, Starlette, Django, httpx and `email`.
"""


class HeaderValues(dict[str, tuple[str, ...]]):
    """Lower-case names with all their values. The repr shows names only, because values hold tokens."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"HeaderValues({', '.join(self)})"


def read_headers(headers: AnyHeaders) -> HeaderValues:
    """Return the headers with names in lower case and all values, in the order they came.

    Bytes are read as ISO 8859-1, so every byte can be read. Raises UsageError for other values than headers.
    """
    if type(headers) is HeaderValues:
        return headers
    found = HeaderValues()
    for name, value in _pairs(headers):
        key = (name.decode("latin-1") if isinstance(name, bytes) else name).lower()
        if type(value) is str:
            values: tuple[str, ...] = (value,)
        elif isinstance(value, list | tuple):
            values = tuple([_to_string(one) for one in value])
        elif value is None:
            continue
        else:
            values = (_to_string(value),)
        found[key] = found[key] + values if key in found else values
    return found


def announced_length(headers: AnyHeaders) -> int:
    """Return the announced length of the body in bytes; 0 if it is missing or not a number."""
    text = read_headers(headers).get("content-length", ("",))[0].strip()
    if not (text.isascii() and text.isdecimal()):
        return 0
    # 20 digits are more than any limit has, and int() refuses very long strings.
    return int(text[:20])


class HeaderNames:
    """Names of headers to pick."""

    __slots__ = ("lengths", "names")

    def __init__(self, *names: str) -> None:
        self.names: dict[str | bytes, str] = {
            spelling: name for name in names for spelling in (name, name.encode())
        }
        # The length of the name alone rules out most other headers.
        self.lengths = frozenset(map(len, names))


def pick_headers(headers: AnyHeaders, wanted: HeaderNames) -> HeaderValues:
    """Return some headers only, which is faster than reading all of them.

    Raises UsageError as `read_headers` does, for the headers that it looks at.
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
                one = value if type(value) is str else value.decode("latin-1")
                found[key] = (*found[key], one) if key in found else (one,)
    except (TypeError, ValueError, AttributeError):
        # There are lists of values, or these are not headers at all. `read_headers` decides.
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
            # The message does not show the value, which may be a secret.
            raise UsageError(
                "headers are a mapping, or pairs of a name and a value, as strings or bytes; "
                f"this is a {type(headers).__name__} of something else"
            )
        checked.append((pair[0], pair[1]))
    return checked


def _is_list(headers: object) -> bool:
    return isinstance(headers, Iterable) and not isinstance(headers, str | bytes | bytearray)


def _is_environ(headers: Mapping[Any, Any]) -> bool:
    """Whether a mapping is a WSGI environ or Django's META.

    The sender chooses the names of headers, so a name like HTTP_HOST proves nothing: a header could have that
    name and hide the real ones. A value that is not a string cannot come from a sender: the tuple of a WSGI
    server, the flag of Django. Without these, every name must look like a variable. Among ordinary headers at
    least one does not.
    """
    if type(headers.get("wsgi.version")) is tuple or type(headers.get("wsgi.multithread")) is bool:
        return True
    has_header = False
    for name in headers:
        if not isinstance(name, str) or "-" in name or not name.isupper():
            return False
        has_header = has_header or name.startswith("HTTP_")
    return has_header


_PLAIN = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def _environ_pairs(environ: Mapping[str, Any]) -> list[tuple[str | bytes, Any]]:
    pairs: list[tuple[str | bytes, Any]] = []
    for name, value in environ.items():
        if not isinstance(value, str):
            continue
        if name.startswith("HTTP_"):
            plain = name[5:]
            # These two headers have variables of their own. Under this name a sender made them up.
            if plain not in _PLAIN:
                pairs.append((plain.replace("_", "-"), value))
        elif value and name in _PLAIN:
            pairs.append((_PLAIN[name], value))
    return pairs


def _to_string(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise UsageError(f"a header value is a string or bytes, not {type(value).__name__}")
