"""A small wheel whose surface is known line by line."""

from __future__ import annotations

import zipfile
from pathlib import Path

INIT = """
from typing import TYPE_CHECKING
from pkgutil import extend_path

if TYPE_CHECKING:
    from aftership_tracking.errors import Problem as Problem
    from aftership_tracking.runtime.options import Options as Options
    __version__: str
"""
OPTIONS = '''
from dataclasses import dataclass
from typing import overload

class _Hidden:
    def inherited(self, one: int, /, *more: str, last: bool = True, **rest: object) -> None: ...
    def __repr__(self) -> str: ...

@dataclass(frozen=True, kw_only=True)
class Options(_Hidden):
    """A record."""
    timeout: float | None = None
    retries: int = 2
    _secret: int = 0

    @property
    def is_quick(self) -> bool: ...
    @overload
    def get(self, name: str) -> str: ...
    @overload
    def get(self, name: int) -> int: ...
    def get(self, name): ...
    @staticmethod
    def make(size: int) -> "Options": ...
    @classmethod
    def load(cls, path: str) -> "Options": ...
    async def send(self) -> None: ...
    def __enter__(self): ...
'''
ERRORS = """
import builtins
__all__ = ["Problem", "LIMIT", "SOURCES"]
LIMIT = 5
SOURCES = ("a long value that says nothing to anybody who reads it", "and another")
class Problem(Exception):
    code: int = 1
    def __init__(self, message: str) -> None:
        self.message = message
class Worse(Problem): ...
def helper(): ...
"""
CLIENT = """
from functools import cached_property
from aftership_tracking.runtime.base import SyncClient
class AfterShip(SyncClient):
    API_VERSION = "2024-01"
    @cached_property
    def trackings(self) -> Trackings: ...
"""
MODELS = "class Tracking(Model):\n    id: str\n    title: str | None = None\n"
BASE = "class SyncClient:\n    def close(self) -> None: ...\n    def _send(self): ...\n"


def make_wheel(folder: Path, **changed: str) -> Path:
    files = {
        "__init__.py": INIT,
        "errors.py": ERRORS,
        "runtime/__init__.py": "",
        "runtime/options.py": OPTIONS,
        "runtime/base.py": BASE,
        "testing/__init__.py": "__all__ = ['Problem']\nfrom aftership_tracking.errors import Problem\n",
        "testing/captured_webhooks.py": "__all__ = []\n",
        "testing/factories.py": "__all__ = []\n",
        "testing/journal_assertions.py": "__all__ = []\n",
        "testing/mock_on_port.py": "__all__ = []\n",
        "webhooks/inbox/__init__.py": "__all__ = []\n",
        "testing/fixtures.py": "__all__ = []\n",
        "testing/script.py": "__all__ = []\n",
        "testing/traffic.py": "__all__ = []\n",
        "webhooks/__init__.py": "",
        "webhooks/asgi.py": "",
        "webhooks/wsgi.py": "",
        "webhooks/stores.py": "",
        "v2024_01/__init__.py": "",
        "v2024_01/client.py": CLIENT,
        "v2024_01/models.py": MODELS,
        **{name.replace("__", "/").removesuffix("_py") + ".py": text for name, text in changed.items()},
    }
    path = folder / "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"aftership_tracking/{name}", text)
    return path
