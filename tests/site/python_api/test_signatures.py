"""Signatures as people read them."""

from __future__ import annotations

from pathlib import Path

import griffe

from generator.site.python_api.signatures import class_signature, function_signature

SOURCE = """
from typing import Any, Literal, overload
class Box:
    def __init__(self, size: int, *, _clock: object = None, name: str = "") -> None: ...
    async def read(self) -> bytes: ...
    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str) -> str: ...
    def get(self, name, /, default=None): ...

def write(
    path: str | os.PathLike[str], *lines: str, encoding: Literal["utf-8", "ascii"] = "utf-8", **more: Any
) -> None: ...

@pytest.fixture
def box(request: pytest.FixtureRequest) -> Iterator[Box]: ...
"""


def module() -> griffe.Module:
    return griffe.visit("boxes", Path("boxes.py"), SOURCE)


def test_a_short_one_is_one_line_without_what_callers_do_not_give() -> None:
    assert class_signature(module().classes["Box"], "Box") == "Box(size: int, *, name: str = '')"


def test_a_long_one_has_a_line_for_each_argument() -> None:
    assert function_signature(module().functions["write"], "write").splitlines() == [
        "write(",
        "    path: str | os.PathLike[str],",
        "    *lines: str,",
        "    encoding: Literal['utf-8', 'ascii'] = 'utf-8',",
        "    **more: Any,",
        ")",
    ]


def test_async_and_overloads() -> None:
    box = module().classes["Box"]
    assert function_signature(box.functions["read"], "read") == "await read() -> bytes"
    assert function_signature(box.functions["get"], "get").split("\n\n") == [
        "get(name: str, /) -> str | None",
        "get(name: str, /, default: str) -> str",
    ]


def test_a_fixture_is_named_by_a_test() -> None:
    assert function_signature(module().functions["box"], "box") == "def test_it(box: Box) -> None: ..."
