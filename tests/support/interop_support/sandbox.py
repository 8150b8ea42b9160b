"""Mocks as processes, one for each way to sign, controlled over HTTP as a program in any language does it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = "interop-key-0001"
_COMMAND = (sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0", "--json", "--seed", "1")
KINDS = ("API_KEY", "AES", "RSA")
"""As the SDKs call them."""


@dataclass(kw_only=True)
class Sandbox:
    """A mock that runs: where, and what a caller signs with."""

    kind: str
    url: str
    secret: str | None
    control: httpx.Client
    seen: int = 0
    """The number of the last record that was looked at."""

    def seed(self, version: str, **fields: Any) -> str:
        """Add a tracking; return the id that it has in a version."""
        body = {"key": KEY, "version": version, "trackings": [fields]}
        response = self.control.post("/_mock/seed", json=body)
        assert response.status_code == 201, response.text
        return str(response.json()["ids"][0])

    def new_records(self) -> list[dict[str, Any]]:
        """What the journal holds since the last look."""
        found: list[dict[str, Any]] = self.control.get(
            "/_mock/requests", params={"since": str(self.seen)}
        ).json()["requests"]
        if found:
            self.seen = found[-1]["number"]
        return found


@contextmanager
def sandboxes(folder: Path, *options: str) -> Iterator[Mapping[str, Sandbox]]:
    """The three mocks, by the way to sign. Further options are those of `aftership mock`."""
    private = rsa.generate_private_key(65537, 2048)
    public = folder / "public.pem"
    public.write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    signing: dict[str, tuple[str | None, list[str]]] = {
        "API_KEY": (None, []),
        "AES": ("a-shared-secret", ["--secret", "a-shared-secret"]),
        "RSA": (pem, ["--public-key", str(public)]),
    }
    with ExitStack() as stack:
        processes = {
            kind: stack.enter_context(_process([*_COMMAND, "--key", KEY, *own, *options]))
            for kind, (_, own) in signing.items()
        }
        running = {}
        for kind, process in processes.items():
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            control = stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=60))
            running[kind] = Sandbox(kind=kind, url=url, secret=signing[kind][0], control=control)
        yield running


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
