"""Publishing, rehearsed: build, upload to a package index on loopback, install from it, follow the README.

Dependencies come from the registry that pip is configured for, so this needs one.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aftership_tracking.cli.changes import comparison
from generator.release import artefacts
from maintainer_support.pages import blocks, commands
from maintainer_support.projects import REPOSITORY, copy_of_this
from patience import PATIENCE, wait_until

NAME = "aftership-tracking-client"
README = REPOSITORY / "README.md"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def serving(command: list[str], url: str, folder: Path) -> Iterator[str]:
    """A server as a process of its own, from its first response until the end of the block."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until(lambda: _responds(url, process), f"{command[0]} responds at {url}", pause=0.1)
            yield url
        finally:
            process.terminate()


def _responds(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, f"the server ended with {process.returncode}"
    try:
        urllib.request.urlopen(url, timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return True  # refused, but there
    except OSError:
        return False
    return True


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """A package index that has this project, uploaded as a maintainer would."""
    dist = artefacts.build(copy_of_this(folder / "project"))
    packages = folder / "packages"
    packages.mkdir()
    port = str(free_port())
    server = ["-m", "pypiserver", "run", "--interface", "127.0.0.1", "--port", port]
    server += ["--passwords", ".", "--authenticate", ".", "--disable-fallback", str(packages)]
    with serving([sys.executable, *server], f"http://127.0.0.1:{port}/", packages) as url:
        upload = ["--non-interactive", "--disable-progress-bar", "--username", "x", "--password", "x"]
        files = [str(path) for path in sorted(dist.iterdir())]
        run(packages, sys.executable, "-m", "twine", "check", "--strict", *files)
        run(packages, sys.executable, "-m", "twine", "upload", *upload, "--repository-url", url, *files)
        assert sorted(path.suffix for path in packages.iterdir()) == [".gz", ".whl"]
        yield url


def installed(url: str, folder: Path) -> None:
    """Put into a clean environment what the README's install command takes from the index."""
    folder.mkdir()
    run(folder, sys.executable, "-m", "venv", str(folder / "venv"))
    [install] = [command for command in commands(README) if command.startswith("pip install ")]
    wanted = install.removeprefix("pip install ").strip("'")
    assert wanted.startswith(NAME)
    report = folder / "report.json"
    run(
        folder,
        str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--report", str(report),
        "--constraint", str(REPOSITORY / "constraints.txt"), "--extra-index-url", f"{url}simple/", wanted,
    )  # fmt: skip
    sources = {
        item["metadata"]["name"]: item["download_info"]["url"]
        for item in json.loads(report.read_text("utf-8"))["install"]
    }
    assert sources[NAME].startswith(url)


def the_quick_start_runs(user: Path) -> None:
    """The README's two blocks: the mock in one process, the client in another."""
    port = str(free_port())
    programs = user / "venv" / "bin"
    [serve] = [command for command in commands(README) if command.startswith("aftership mock")]
    assert "--port 4010" in serve
    arguments = serve.replace("4010", port).split()
    [code] = [block for block in blocks(README, "python") if "127.0.0.1:4010" in block]
    script = user / "quick_start.py"
    script.write_text(code.replace("4010", port), "utf-8")
    command = [str(programs / arguments[0]), *arguments[1:]]
    with serving(command, f"http://127.0.0.1:{port}/", user):
        said = run(user, str(programs / "python"), "-I", str(script)).splitlines()
    assert re.fullmatch(r"\w{20,} Pending 0", said[0])
    assert said[1].startswith("ITOD-3-6436426452526 ")
    assert "4004" in said[-1]


def what_was_installed_is_whole(url: str, user: Path) -> None:
    """The inspection of a release, on what the index gives to users."""
    dist = user / "dist"
    dist.mkdir()
    with urllib.request.urlopen(f"{url}simple/{NAME}/", timeout=PATIENCE) as response:
        listing = response.read().decode()
    for link in re.findall(r'href="([^"#]+)', listing):
        with urllib.request.urlopen(f"{url}{link.lstrip('/')}", timeout=PATIENCE) as response:
            (dist / link.rpartition("/")[2]).write_bytes(response.read())
    inspection = REPOSITORY / "generator" / "release" / "inspection.py"
    said = run(user, str(user / "venv/bin/python"), "-I", str(inspection), str(REPOSITORY), str(dist))
    assert "contents, metadata and imports are correct" in said


def versions_can_be_compared(user: Path) -> None:
    """`diff`, `guide` and `changelog` where no generator is."""
    aftership = str(user / "venv/bin/aftership")
    ends = ("2024-01", "2026-07")
    python = str(user / "venv/bin/python")
    found = "import importlib.util as u; print(u.find_spec('generator'))"
    assert run(user, python, "-I", "-c", found) == "None\n"
    assert json.loads(run(user, aftership, "diff", *ends, "--json")) == comparison.compare(*ends)
    assert run(user, aftership, "guide", *ends) == f"{comparison.guide(*ends)}\n"
    assert json.loads(run(user, aftership, "changelog", "--json")) == comparison.history()


@pytest.mark.rehearsal
def test_what_is_published_can_be_installed_and_used(tmp_path: Path) -> None:
    user = tmp_path / "user"
    with index(tmp_path) as url:
        installed(url, user)
        the_quick_start_runs(user)
        what_was_installed_is_whole(url, user)
        versions_can_be_compared(user)
