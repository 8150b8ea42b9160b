"""Speaks the language server protocol to pyright, as an editor does: opens a file, points at a word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYRIGHT = ROOT / "node_modules" / "pyright"
DEPRECATED = 2
"""The tag of what editors strike through."""
_CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, DEPRECATED]}},
    },
}


def require_pyright() -> str:
    """The path of node. Skips the test where npm packages are not installed; in CI they must be."""
    node = shutil.which("node")
    if node is None or not PYRIGHT.is_dir():
        reason = "pyright is missing: make node_modules/.ready"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return node


def copy_package(folder: Path) -> None:
    """Copy the package into a folder as the wheel holds it: its two roots in one."""
    for root in ("overrides", "generated"):
        shutil.copytree(
            ROOT / root / "aftership_tracking",
            folder / "aftership_tracking",
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )


@dataclass(frozen=True)
class Diagnostic:
    """What an editor marks: the text of the line, the sentence, and whether it is struck through."""

    line: str
    message: str
    is_struck_through: bool


class Editor:
    """One running language server and the file that is open in it."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input: IO[bytes] = process.stdin
        self._output: IO[bytes] = process.stdout
        self._number = 0
        self._uri = ""
        self._lines: list[str] = []
        self._diagnostics: list[dict[str, Any]] | None = None
        folder = {"uri": root.as_uri(), "name": root.name}
        self._request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": _CAPABILITIES,
            },
        )
        self._send({"method": "initialized", "params": {}})

    def open(self, path: Path) -> None:
        """Open a file."""
        text = path.read_text("utf-8")
        self._uri, self._lines, self._diagnostics = path.as_uri(), text.splitlines(), None
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def hover(self, line: int, column: int) -> str:
        """What is shown when the mouse is over a character, in Markdown; empty if nothing is."""
        found = self._request(
            "textDocument/hover",
            {"textDocument": {"uri": self._uri}, "position": {"line": line, "character": column}},
        )
        return str(found["contents"]["value"]) if found else ""

    def hover_ends(self) -> dict[str, str]:
        """What is shown over the last word of each line that is an attribute alone, by that line."""
        return {
            line: self.hover(number, len(line) - 1)
            for number, line in enumerate(self._lines)
            if line.replace(".", "").replace("_", "").isalnum() and "." in line
        }

    def diagnostics(self) -> list[Diagnostic]:
        """What is marked in the open file, once the server has looked at it."""
        while self._diagnostics is None:
            self._handle(self._read())
        return [
            Diagnostic(
                self._lines[one["range"]["start"]["line"]],
                " ".join(one["message"].split()),
                DEPRECATED in one.get("tags", ()),
            )
            for one in self._diagnostics
        ]

    def _request(self, method: str, params: object) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._number and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        """Respond to what the server requests, and remember what it marks."""
        if message.get("method") == "textDocument/publishDiagnostics":
            if message["params"]["uri"] == self._uri:
                self._diagnostics = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            settings = {"python": {"pythonPath": sys.executable}}
            result = [settings.get(item.get("section"), {}) for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": result})
        elif "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._input.flush()

    def _read(self) -> dict[str, Any]:
        length = 0
        while line := self._output.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has ended"
        found: dict[str, Any] = json.loads(self._output.read(length))
        return found


@contextmanager
def running_editor(root: Path) -> Iterator[Editor]:
    """Start a language server for a folder, and stop it."""
    process = subprocess.Popen(
        [require_pyright(), str(PYRIGHT / "langserver.index.js"), "--stdio"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Editor(process, root)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
