"""JSON Pointers (RFC 6901): join and split. The root is the empty string."""

from __future__ import annotations


def escape(part: str | int) -> str:
    """One reference token in its escaped form."""
    if isinstance(part, int):
        return str(part)
    return part.replace("~", "~0").replace("/", "~1")


def child(pointer: str, *parts: str | int) -> str:
    """The pointer of something below `pointer`."""
    for part in parts:
        pointer = f"{pointer}/{escape(part)}"
    return pointer


def split(pointer: str) -> tuple[str, ...]:
    """The unescaped parts of a pointer. A leading `#`, as in `$ref`, is dropped."""
    text = pointer.removeprefix("#")
    if not text:
        return ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.removeprefix("/").split("/"))
