"""The commands of pages: read, run in one shell for each page, and compared with what the page shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docs_support.loopback_only import loopback_environment, went_outside
from docs_support.pages import read_blocks
from patience import PATIENCE

_MARK = "===== command"
_SHELLS = ("console", "sh", "bash")


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    page: str
    line: int
    text: str
    shown: tuple[str, ...]
    """The lines below it, which it prints; `...` is anything."""
    not_run: str | None


def read_commands(page: Path) -> list[Command]:
    """The commands of a page. A console block has them after `$ `; another block of a shell is one."""
    found: list[Command] = []
    for block in read_blocks(page):
        if block.language not in _SHELLS:
            continue
        if block.language != "console":
            parts = [(block.line, block.code, ())]
        else:
            parts = _split(block.page, block.line, block.code)
        found += [
            Command(page=block.page, line=line, text=text, shown=tuple(shown), not_run=block.not_run)
            for line, text, shown in parts
        ]
    return found


def _split(page: str, before: int, code: str) -> list[tuple[int, str, list[str]]]:
    parts: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(code.splitlines(), before + 1):
        if line.startswith("$ "):
            parts.append((number, line[2:], []))
        elif not parts:
            raise ValueError(f"{page}:{number}: a console block begins with a command, after '$ '")
        elif parts[-1][1].endswith("\\") and not parts[-1][2]:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n{line}", [])
        else:
            parts[-1][2].append(line)
    return parts


def expected_output(shown: tuple[str, ...]) -> str:
    """A pattern for what a page shows."""
    return r"\n".join(".*".join(map(re.escape, line.split("..."))) for line in shown) + r"\n?"


def run_commands(
    commands: list[Command], folder: Path, replaced: Mapping[str, str], **variables: str
) -> list[str]:
    """Run them in one shell, in `folder / "work"`, and return what is not as the page says.

    A command whose output is not shown, or as `...` alone, has to succeed. `replaced`: addresses of the page,
    and where they are.
    """
    script = "code=0\n"
    for command in commands:
        script += f"printf '%s\\n' \"{_MARK} $code\"; (exit $code)\n{command.text}\ncode=$?\n"
    script += f"printf '%s\\n' \"{_MARK} $code\"\n"
    for old, new in replaced.items():
        script = script.replace(old, new)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=work,
        env=loopback_environment(folder, **variables),
        timeout=PATIENCE * 2,
        check=False,
    )
    printed = done.stdout
    for old, new in replaced.items():
        printed = printed.replace(new, old)
    # Before and after each command is a mark with an exit code: code, output, code, output, code.
    _, *parts = re.split(rf"{_MARK} (\d+)\n", printed)
    outputs, codes = parts[1::2], parts[2::2]
    wrong = [f"it tried to reach {host}" for host in went_outside(folder)]
    if len(codes) != len(commands):
        wrong.append(f"the shell ended early:\n{printed}")
    for command, output, code in zip(commands, outputs, codes, strict=False):
        where = f"{command.page}:{command.line}: $ {command.text}"
        if command.shown and not re.fullmatch(expected_output(command.shown), output, re.DOTALL):
            wrong.append(f"{where}\nprints something else:\n{output}")
        # `...` alone would hide a failure, which a page has to show.
        if not {*command.shown} - {"..."} and code != "0":
            wrong.append(f"{where}\nended with {code}:\n{output}")
    return wrong
