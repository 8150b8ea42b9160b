"""Documents that are read again and again are parsed twice at most in each process.

Parsing `spec/openapi.yaml` takes longer than anything that most tests do with it. Composing changes what was
read, so everybody gets a copy.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["parsed_once"]

SMALL = 20_000
"""So many bytes are parsed faster than they are copied from here."""
MOST = 64


@contextmanager
def parsed_once() -> Iterator[None]:
    """Parse each file of a project twice at most, if the generator was imported."""
    reader: Any = sys.modules.get("generator.document.yaml_reader")
    if reader is None:
        yield
        return
    parse = reader.parse
    met: set[int] = set()
    copies: dict[tuple[bytes, str, bool], bytes] = {}

    def parse_once(data: bytes, file: str, *, foreign: bool = False) -> Any:
        key = (data, file, foreign)
        if len(data) < SMALL:
            return parse(data, file, foreign=foreign)
        if key in copies:
            return pickle.loads(copies[key])
        source = parse(data, file, foreign=foreign)
        if hash(key) in met:
            if len(copies) == MOST:
                copies.clear()
            copies[key] = pickle.dumps(source, pickle.HIGHEST_PROTOCOL)
        met.add(hash(key))
        return source

    reader.parse = parse_once
    try:
        yield
    finally:
        reader.parse = parse
