"""Changes JSON at random: its values, or its bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

__all__ = ["mutate"]

Path = list[Any]

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    -0.0,
    1e308,
    5e-324,
    2**31,
    2**63,
    2**64,
    -(2**63) - 1,
    10**30,
    10**400,
    "",
    " ",
    "null",
    "0",
    "text",
    "\x00\x01",
    "\u202e\ufeff",
    "\U0001f4e6" * 40,
    "x" * 5000,
    "\ud800",
    [],
    {},
    [None],
    [[]],
    {"": ""},
    {"id": {}},
    [{"id": 1}, "a", None],
    "2024-01-01",
    "2024-02-30T25:61:00+99:99",
    "2024-01-01T00:00:00+24:00",
    "0000-00-00",
    "24:00",
    "20240101",
    "99999-01-01T00:00:00Z",
    "2024-W01-1",
    "-2024-01-01T00:00:00",
    "1 of 3",
    "10:10:10:10",
    "Tue, 06 Feb 2024 10:15:30 GMT",
    "12 Mar 99999999999999999999",
    "1e400",
    "1:1e400",
    "٢٠٢٤-٠١-٠١",
    "12:00 NaN",
)
PIECES = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"null",
    b"1e999",
    b"-",
    b"\x00",
    b"\xff",
    b"NaN",
    b"9" * 5000,
)


def mutate(body: bytes, random: Random) -> bytes:
    """Change a body one to four times."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        change = _change_value if random.random() < 0.6 else _change_bytes
        body = change(body, random)
    return body


def _change_value(body: bytes, random: Random) -> bytes:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        # An earlier change has broken it.
        return _change_bytes(body, random)
    slots = list(_slots(content))
    if not slots:
        return json.dumps(random.choice(ODD_VALUES)).encode()
    holder, key = random.choice(slots)
    random.choice(CHANGES)(holder, key, random)
    try:
        # In the format of the service, or with everything escaped.
        if random.random() < 0.5:
            return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        pass
    return json.dumps(content).encode()


def _slots(content: Any) -> Iterator[tuple[Any, Any]]:
    """Iterate over every value as its container and its key or index."""
    waiting = [content]
    while waiting:
        holder = waiting.pop()
        keys = (
            holder.keys()
            if isinstance(holder, dict)
            else range(len(holder))
            if isinstance(holder, list)
            else ()
        )
        for key in keys:
            yield holder, key
            waiting.append(holder[key])


def _replace(holder: Any, key: Any, random: Random) -> None:
    holder[key] = random.choice(ODD_VALUES)


def _remove(holder: Any, key: Any, random: Random) -> None:
    del holder[key]


def _insert(holder: Any, key: Any, random: Random) -> None:
    value = random.choice(ODD_VALUES)
    if isinstance(holder, dict):
        holder[
            random.choice(("new_field", "", "id", "self", "cls", "__class__", "list", "a.b", "\u00e9"))
        ] = value
    else:
        holder.insert(random.randrange(len(holder) + 1), value)


def _wrap(holder: Any, key: Any, random: Random) -> None:
    holder[key] = random.choice(([holder[key]], {"value": holder[key]}, json.dumps(holder[key])))


def _nest(holder: Any, key: Any, random: Random) -> None:
    for _ in range(random.choice((5, 50, 100))):
        holder[key] = [holder[key]] if random.random() < 0.5 else {"a": holder[key]}


def _repeat(holder: Any, key: Any, random: Random) -> None:
    holder[key] = [holder[key]] * random.randrange(2, 40)


def _swap(holder: Any, key: Any, random: Random) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    other = random.choice(keys)
    holder[key], holder[other] = holder[other], holder[key]


def _spoil_string(holder: Any, key: Any, random: Random) -> None:
    text = holder[key] if isinstance(holder[key], str) else str(holder[key])
    at = random.randrange(len(text) + 1)
    odd = random.choice(("", "0", "-", ":", "T", "Z", "+", " ", "9" * 30, "\u0661", "\x00", "e5", "\ud83d"))
    holder[key] = text[:at] + odd + text[at + random.randrange(3) :]


CHANGES: tuple[Callable[[Any, Any, Random], None], ...] = (
    _replace,
    _replace,
    _remove,
    _insert,
    _wrap,
    _nest,
    _repeat,
    _swap,
    _spoil_string,
    _spoil_string,
)


def _change_bytes(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body) + 1)
    end = min(len(body), at + random.choice((1, 1, 2, 8, 100)))
    kind = random.randrange(6)
    if kind == 0:
        return body[:at] + bytes([random.randrange(256)]) + body[end:]
    if kind == 1:
        return body[:at] + body[end:]
    if kind == 2:
        return body[:at]
    if kind == 3:
        return body[:at] + random.choice(PIECES) + body[at:]
    if kind == 4:
        return body[:end] + body[at:end] + body[end:]
    return _repeat_key(body, random)


def _repeat_key(body: bytes, random: Random) -> bytes:
    opening = [at for at, byte in enumerate(body) if byte == ord("{")]
    names = (b"meta", b"data", b"id", b"tag", b"code", b"trackings", b"checkpoints", b"created_at")
    if not opening:
        return body
    at = random.choice(opening) + 1
    return (
        body[:at]
        + b'"%s":%s,' % (random.choice(names), json.dumps(random.choice(ODD_VALUES)).encode())
        + body[at:]
    )
