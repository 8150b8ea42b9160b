"""A peer, generated on first use: what openapi-python-client makes of the document without our templates."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import httpx

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".bench-default"
PACKAGE = "default_output"
DOCUMENT = ROOT / "generated" / "aftership_tracking" / "v2024_01" / "openapi.json"
WHO = "openapi-python-client, default output"


def decode() -> Callable[[dict[str, object]], object]:
    """Its way from parsed JSON to a list of trackings."""
    read: Callable[[dict[str, object]], object] = _module("models").TrackingListResponse.from_dict
    return read


def get(transport: httpx.BaseTransport) -> Callable[[], object]:
    """Its way to get one tracking."""
    client = _module("client").AuthenticatedClient(
        base_url="https://api.aftership.com/tracking/2024-01",
        token="k",
        prefix="",
        auth_header_name="as-api-key",
        httpx_args={"transport": transport},
    )
    operation = _module("api.trackings.get_tracking_by_id")
    return lambda: operation.sync_detailed("1", client=client).parsed


def _module(name: str) -> ModuleType:
    _generate()
    return importlib.import_module(f"{PACKAGE}.{name}")


@cache
def _generate() -> None:
    stamp = FOLDER / "document.json"
    if not stamp.exists() or stamp.read_bytes() != DOCUMENT.read_bytes():
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        scripts = Path(sys.executable).parent
        subprocess.run(
            [
                *(str(scripts / "openapi-python-client"), "generate", "--path", str(DOCUMENT)),
                *("--meta", "none", "--output-path", str(FOLDER / PACKAGE)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            # It calls ruff by its name.
            env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"},
        )
        shutil.copyfile(DOCUMENT, stamp)
    sys.path.insert(0, str(FOLDER))
