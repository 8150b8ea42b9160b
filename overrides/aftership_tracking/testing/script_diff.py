"""Compares a call with an expectation, and says in lines what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_LONGEST = 120
NOTHING = object()
"""Stands for what was not sent."""


def differences(expected: Any, received: Any, path: str, *, is_exact: bool) -> Iterator[str]:
    """Yield the lines of each difference. Objects may have more keys than expected, unless `is_exact`.

    Lists have to be equal in length; the same rule holds for the objects in them.
    """
    if isinstance(expected, Mapping) and isinstance(received, Mapping):
        for name, value in expected.items():
            inner = received.get(name, NOTHING)
            yield from differences(value, inner, _join(path, str(name)), is_exact=is_exact)
        if is_exact:
            for name in sorted(received.keys() - expected.keys()):
                yield from _describe(_join(path, str(name)), NOTHING, received[name])
    elif isinstance(expected, list) and isinstance(received, list) and len(expected) == len(received):
        for index, (one, other) in enumerate(zip(expected, received, strict=True)):
            yield from differences(one, other, f"{path}[{index}]", is_exact=is_exact)
    elif not _is_equal(expected, received):
        yield from _describe(path, expected, received)


def _is_equal(expected: Any, received: Any) -> bool:
    if isinstance(expected, bool) or isinstance(received, bool):
        # In Python, True is 1; in JSON it is not.
        return expected is received
    return bool(expected == received)


def _describe(path: str, expected: Any, received: Any) -> Iterator[str]:
    yield f"  {path}"
    yield f"    expected: {_show(expected)}"
    yield f"    received: {_show(received)}"


def _show(value: Any) -> str:
    if value is NOTHING:
        return "(nothing)"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}"
