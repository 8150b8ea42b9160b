"""Every extra alone, from the wheel, in an environment of its own: a small program uses it. Without the extra
the same program ends with one sentence that says what to install.

`make extras` runs it with the pins of constraints.txt, `make bounds` with the lowest versions. It needs a
package registry.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from packaging.requirements import Requirement

from receiver_support.redis_server import running_redis

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).with_name("extras")
NAME = "aftership-tracking-client"
PACKAGES: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
EXTRAS = tuple(PACKAGES)
FOR_THE_COMMAND = frozenset({"keyring", "sftp"})
"""These add something to the command `aftership`, so they are used with the extra `cli`."""
LOWEST = os.environ.get("EXTRAS") == "lowest"
"""With the lowest versions of what an extra names. What else is needed is the newest that goes with them."""
PINS = ("constraints.txt", "tests/data_out/requirements.txt")


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **options)  # type: ignore[call-overload, no-any-return]


def run_well(*command: str) -> str:
    done = run(*command)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return str(done.stdout)


PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def lowest(extras: tuple[str, ...]) -> str:
    """The lines of constraints-lowest.txt about the packages of some extras."""
    names = {Requirement(line).name.lower() for extra in extras for line in PACKAGES[extra]}
    lines = (ROOT / "constraints-lowest.txt").read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.partition("==")[0].lower() in names)


def constraints(names: Iterable[Path]) -> list[str]:
    return [word for name in names for word in ("--constraint", str(name))]


class Environments:
    """Environments with the wheel and some of its extras, each made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.make = functools.cache(self._make)

    @functools.cached_property
    def wheel(self) -> Path:
        dist = self.folder / "dist"
        run_well(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(dist), str(ROOT))
        [wheel] = dist.iterdir()
        return wheel

    @functools.cached_property
    def wheels(self) -> Path:
        """Everything that the extras need, fetched once."""
        folder = self.folder / "wheels"
        wanted = f"{self.wheel}[{','.join(EXTRAS)}]"
        pins = constraints(ROOT / name for name in PINS)
        run_well(*PIP, "wheel", "--quiet", "--wheel-dir", str(folder), *pins, wanted)
        return folder

    def _make(self, extras: tuple[str, ...]) -> Path:
        """The Python of an environment."""
        folder = self.folder / ("-".join(extras) or "none")
        run_well(sys.executable, "-m", "venv", "--without-pip", str(folder))
        python = folder / "bin" / "python"
        wanted = f"{self.wheel}[{','.join(extras)}]" if extras else str(self.wheel)
        if LOWEST:
            # Those of all extras do not fit together, so each extra fetches its own.
            path = folder / "lowest.txt"
            path.write_text(lowest(extras), "utf-8")
            source = constraints([path])
        else:
            source = ["--no-index", "--find-links", str(self.wheels)]
        pip = [*PIP, "--python", str(python), "install", "--quiet", "--no-compile"]
        run_well(*pip, *source, wanted)
        return python


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    return Environments(tmp_path_factory.mktemp("extras"))


@functools.cache
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def use(python: Path, extra: str, folder: Path, redis: str) -> subprocess.CompletedProcess[str]:
    """Run the program of an extra in an empty folder, which is its home too."""
    folder.mkdir()
    settings = {"HOME": str(folder), "PATH": os.environ["PATH"], "AFTERSHIP_API_SECRET": private_key()}
    program = str(PROGRAMS / f"uses_{extra}.py")
    return run(str(python), "-B", program, redis, cwd=folder, env=settings)


def test_every_extra_has_a_program_a_reason_and_a_line_in_the_readme() -> None:
    assert {path.stem.removeprefix("uses_") for path in PROGRAMS.glob("uses_*.py")} == {*EXTRAS}
    reasons = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.M
    )
    assert {name for row in reasons for name in re.findall(r"\w+", row)} == {*EXTRAS}


@pytest.mark.rehearsal
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_is_enough_for_what_it_is_for(
    environments: Environments, extra: str, tmp_path: Path
) -> None:
    python = environments.make(("cli", extra) if extra in FOR_THE_COMMAND else (extra,))
    if extra == "redis":
        with running_redis(tmp_path) as url:
            done = use(python, extra, tmp_path / "home", url)
    else:
        done = use(python, extra, tmp_path / "home", "")
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["done"]), done.stderr


@pytest.mark.rehearsal
@pytest.mark.parametrize("extra", EXTRAS)
def test_without_it_one_sentence_says_what_to_install(
    environments: Environments, extra: str, tmp_path: Path
) -> None:
    python = environments.make(("cli",) if extra in FOR_THE_COMMAND else ())
    done = use(python, extra, tmp_path / "home", "redis://127.0.0.1:6379/0")
    assert done.returncode != 0
    assert "done" not in done.stdout.splitlines()
    said = done.stderr.splitlines()[-1]
    assert re.search(rf"install .*['\"]{NAME}\[(?:\w+,)*{extra}(?:,\w+)*\]['\"]", said, re.IGNORECASE), (
        done.stderr
    )
    # A program of Python ends with a traceback; the command only says it.
    if extra in FOR_THE_COMMAND | {"cli"}:
        assert len(done.stderr.splitlines()) == 1
