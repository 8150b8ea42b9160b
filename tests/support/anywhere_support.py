"""Reads a Dockerfile and an action definition, as far as ours need it, and carries them out in a folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


@dataclass(frozen=True, kw_only=True)
class Instruction:
    word: str
    text: str


def read_dockerfile(path: Path = ROOT / "Dockerfile") -> list[Instruction]:
    """The instructions, in order. One that is not known is an error: it would not be carried out."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = []
    for line in filter(None, map(str.strip, whole.splitlines())):
        word, _, text = line.partition(" ")
        assert word in KNOWN, word
        found.append(Instruction(word=word, text=text.strip()))
    return found


def texts(instructions: list[Instruction], word: str) -> list[str]:
    return [each.text for each in instructions if each.word == word]


class Image:
    """The first stage, carried out with the Python of this machine in a folder that stands for `/`."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.python = python

    def build(self, instructions: list[Instruction]) -> None:
        folder = self.folder
        for each in instructions[1:]:
            if each.word == "FROM":
                return
            if each.word == "WORKDIR":
                folder = self.folder / each.text.lstrip("/")
                folder.mkdir(parents=True, exist_ok=True)
            elif each.word == "COPY":
                *sources, goal = each.text.split()
                for source in sources:
                    copy(ROOT / source, folder / goal)
            else:
                assert each.word == "RUN"
                command = self.inside(each.text).replace("python3 ", f"{shlex.quote(self.python)} ", 1)
                bash(command, folder, {})

    def inside(self, text: str) -> str:
        """The same with the paths of the image as paths of this machine."""
        return text.replace("/opt/", f"{self.folder}/opt/")

    def words(self, text: str) -> list[str]:
        found: list[str] = json.loads(self.inside(text))
        return found


def copy(source: Path, goal: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, goal, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, goal)


def bash(script: str, folder: Path, variables: Mapping[str, str]) -> None:
    """Run a script as a runner of GitHub does: it stops at the first error."""
    environment = {**os.environ, **variables}
    environment = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        # A server that goes on must not hold the pipe of this process.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if "nohup" not in script else None,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{script}\n{(done.stderr or b'').decode()}"


class Action:
    """The steps of `action.yml`, carried out like a runner."""

    def __init__(self, folder: Path, inputs: Mapping[str, str]) -> None:
        self.definition: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        defaults = {name: each["default"] for name, each in self.definition["inputs"].items()}
        assert inputs.keys() <= defaults.keys()
        self.inputs = {**defaults, **inputs}
        self.folder = folder
        self.files = {name: folder / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT")}

    def run(self) -> None:
        for path in self.files.values():
            path.touch()
        for step in self.definition["runs"]["steps"]:
            assert step["shell"] == "bash"
            # An input inside of a script would be code.
            assert "${{" not in step["run"]
            variables = {
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_ACTION_PATH": str(ROOT),
                **{name: str(path) for name, path in self.files.items()},
                **{name: self._value(text) for name, text in step.get("env", {}).items()},
            }
            bash(step["run"], self.folder, variables)

    def written(self, name: str) -> dict[str, str]:
        """What the steps wrote for later ones: GITHUB_ENV or GITHUB_OUTPUT."""
        lines = self.files[name].read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _value(self, text: str) -> str:
        found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
        assert found is not None, text
        return self.inputs[found[1]]
