"""Environments with the package and some extras, in which the programs of `tests/packaging/extras/` run."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from packaging.requirements import Requirement

from maintainer_support.projects import REPOSITORY
from receiver_support.redis_server import running_redis

PROGRAMS = REPOSITORY / "tests" / "packaging" / "extras"
PACKAGES: dict[str, list[str]] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
EXTRAS = tuple(PACKAGES)
FOR_THE_COMMAND = frozenset({"keyring", "sftp"})
"""These add something to the command `aftership`, so they are used with the extra `cli`."""
PINS = ("constraints.txt", "tests/data_out/requirements.txt")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def run_well(*command: str) -> str:
    """Run a command that must not fail."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def constraints(names: Iterable[Path]) -> list[str]:
    """Options of pip."""
    return [word for name in names for word in ("--constraint", str(name))]


class Environments:
    """Environments with some extras, each made once.

    `package`: a wheel, or a name and version that pip finds with `options`.
    `lowest`: the lowest versions of what an extra names, instead of the pins. What else is needed is then the
    newest that goes with them.
    """

    def __init__(self, folder: Path, package: str, *options: str, lowest: bool = False) -> None:
        self._folder = folder
        self._package = package
        self._options = options
        self._lowest = lowest
        self.make = functools.cache(self._make)

    @functools.cached_property
    def _wheels(self) -> Path:
        """The package and everything that its extras need, fetched once."""
        folder = self._folder / "wheels"
        pins = constraints(REPOSITORY / name for name in PINS)
        wheel = [*PIP, "wheel", "--quiet", "--wheel-dir", str(folder), *pins, *self._options]
        run_well(*wheel, self._with(EXTRAS))
        return folder

    def _with(self, extras: tuple[str, ...]) -> str:
        name, equals, version = self._package.partition("==")
        return f"{name}[{','.join(extras)}]{equals}{version}" if extras else self._package

    def _make(self, extras: tuple[str, ...]) -> Path:
        """The Python of an environment."""
        folder = self._folder / ("-".join(extras) or "none")
        run_well(sys.executable, "-m", "venv", "--without-pip", str(folder))
        python = folder / "bin" / "python"
        if self._lowest:
            # Those of all extras do not fit together, so each extra fetches its own.
            path = folder / "lowest.txt"
            path.write_text(_lowest(extras), "utf-8")
            source = [*constraints([path]), *self._options]
        else:
            source = ["--no-index", "--find-links", str(self._wheels)]
        pip = [*PIP, "--python", str(python), "install", "--quiet", "--no-compile"]
        run_well(*pip, *source, self._with(extras))
        return python

    def with_extra(self, extra: str) -> Path:
        """The Python of an environment that has what an extra needs."""
        return self.make(("cli", extra) if extra in FOR_THE_COMMAND else (extra,))

    def without_extra(self, extra: str) -> Path:
        """The Python of one that lacks it."""
        return self.make(("cli",) if extra in FOR_THE_COMMAND else ())


def _lowest(extras: tuple[str, ...]) -> str:
    """The lines of constraints-lowest.txt about the packages of some extras."""
    names = {Requirement(line).name.lower() for extra in extras for line in PACKAGES[extra]}
    lines = (REPOSITORY / "constraints-lowest.txt").read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.partition("==")[0].lower() in names)


@functools.cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def use(python: Path, extra: str, folder: Path, redis: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program of an extra in an empty folder, which is its home too."""
    folder.mkdir()
    return subprocess.run(
        [str(python), "-B", str(PROGRAMS / f"uses_{extra}.py"), redis],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "AFTERSHIP_API_SECRET": _private_key()},
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )


def use_well(python: Path, extra: str, folder: Path) -> None:
    """The same; the program must come to its end. It has a Redis server if it needs one."""
    if extra == "redis":
        with running_redis(folder.parent) as url:
            done = use(python, extra, folder, url)
    else:
        done = use(python, extra, folder)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["done"]), done.stderr
