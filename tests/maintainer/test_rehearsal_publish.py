"""Publishing, rehearsed: release a candidate and then the final version from a copy of this tree, upload both
to a package index on loopback, install from it, follow the README, use each extra.

Dependencies come from the registry that pip is configured for, so this needs one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from aftership_tracking.cli.changes import comparison
from generator.release.bill_of_materials import components
from generator.release.changelog import read_changelog
from generator.release.project_address import project_urls
from maintainer_support.extras import EXTRAS, PACKAGES, Environments, use_well
from maintainer_support.pages import blocks, commands
from maintainer_support.projects import (
    ADDRESS,
    REPOSITORY,
    commit,
    copy_of_this,
    git,
    replace_suite,
    run_in,
    set_address,
)
from patience import PATIENCE, wait_until

NAME = "aftership-tracking-client"
README = REPOSITORY / "README.md"
EARLIER = "0.0.1"
"""Before any version that a release can make. Alone on an index, a candidate needs no --pre."""


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
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """A package index that has an earlier release of this project, a wheel of nothing."""
    packages = folder / "packages"
    packages.mkdir()
    write_empty_wheel(packages, EARLIER)
    port = str(free_port())
    server = ["-m", "pypiserver", "run", "--interface", "127.0.0.1", "--port", port]
    server += ["--passwords", ".", "--authenticate", ".", "--disable-fallback", str(packages)]
    with serving([sys.executable, *server], f"http://127.0.0.1:{port}/", packages) as url:
        yield url


def write_empty_wheel(folder: Path, version: str) -> None:
    stem = f"{NAME.replace('-', '_')}-{version}"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        information = f"{stem}.dist-info"
        wheel.writestr(
            f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{information}/RECORD", "")


def project(folder: Path) -> Path:
    """A copy of this tree without an address, in a repository of its own; its tests are one contract test."""
    root = copy_of_this(folder / "project")
    set_address(root, "")
    suite = "'-q', '-p', 'no:cacheprovider', 'tests/contract/test_behaviour.py', '-k', 'deletion'"
    replace_suite(root, f"import pytest; raise SystemExit(pytest.main([{suite}]))")
    commit(root, "All of it")
    return root


def an_empty_address_stops_a_release(root: Path) -> None:
    done = run_in(root, "-m", "generator", "release", "--pre", "rc", code=1)
    assert "[tool.aftership-tracking-client] in pyproject.toml, is empty" in done.stderr
    assert (done.stdout, git(root, "status", "--porcelain")) == ("", "")
    set_address(root)
    commit(root, "An address")


def a_fault_that_a_contract_test_finds_stops_a_release(root: Path) -> None:
    path = root / "overrides/aftership_tracking/mock/services/trackings.py"
    sound = path.read_text("utf-8")
    assert sound.count("        call.account.remove(parcel)\n") == 1
    path.write_text(sound.replace("        call.account.remove(parcel)\n", ""), "utf-8")
    commit(root, "Deleted trackings stay")
    done = run_in(root, "-m", "generator", "release", code=1)
    assert "FAILED tests/contract/test_behaviour.py::test_mock_behaves" in done.stdout
    assert "The tests failed: make test pages ended with exit code 2." in done.stderr
    assert git(root, "status", "--porcelain") == ""
    assert not (root / "dist").exists()
    git(root, "revert", "--no-edit", "HEAD")


def published(root: Path, url: str, *arguments: str) -> str:
    """Release and upload, as the command says at its end; return the version."""
    said = run_in(root, "-m", "generator", "release", *arguments).stdout
    [step] = re.findall(r"^  \S+ (-m twine upload dist/.*)$", said, re.MULTILINE)
    [version] = re.findall(r"^  git tag v(.*)$", said, re.MULTILINE)
    commit(root, f"Release {version}")
    git(root, "tag", f"v{version}")
    files = [str(path) for path in root.glob(step.split()[-1])]
    assert sorted(Path(path).suffix for path in files) == [".gz", ".whl"]
    upload = ["--non-interactive", "--disable-progress-bar", "--username", "x", "--password", "x"]
    run(root, sys.executable, "-m", "twine", "upload", *upload, "--repository-url", url, *files)
    return version


def the_list_of_packages_is_whole(root: Path, version: str) -> None:
    """The SBOM of the release: everything that any extra names, and nothing of this machine."""
    [path] = (root / "build" / "sbom").iterdir()
    assert path.name == f"{NAME}-{version}.cdx.json"
    text = path.read_text("utf-8")
    listed = json.loads(text)
    main = listed["metadata"]["component"]
    assert (main["name"], main["version"]) == (NAME, version)
    found = {name.partition("==")[0].lower().replace("_", "-") for name in components(text)}
    named = {
        Requirement(line).name.lower().replace("_", "-") for names in PACKAGES.values() for line in names
    }
    assert {"attrs", "httpx", "msgspec", *named} <= found
    assert found & {"pip", "pytest", NAME} == set()
    assert len(listed["dependencies"]) == len(found) + 1
    assert text.count("://") == 1, "only the schema has an address"
    assert [part for part in (str(root), sys.prefix, str(Path.home()), "file:") if part in text] == []


def the_links_lead_to_the_release(user: Path, version: str) -> None:
    """What the index shows of the package."""
    code = f"import importlib.metadata as m, json; print(json.dumps(m.metadata({NAME!r}).json))"
    metadata = json.loads(run(user, str(user / "venv/bin/python"), "-I", "-c", code))
    urls = dict(line.split(", ", 1) for line in metadata["project_url"])
    assert urls == project_urls(ADDRESS, version)
    assert f"]({ADDRESS}/blob/v{version}/docs/" in metadata["description"]
    assert "](docs/" not in metadata["description"]


def every_extra_can_be_installed_and_used(url: str, folder: Path, version: str) -> None:
    environments = Environments(folder, f"{NAME}=={version}", "--extra-index-url", f"{url}simple/")
    for extra in EXTRAS:
        use_well(environments.with_extra(extra), extra, folder / f"home-{extra}")


def offered(url: str, folder: Path, *arguments: str) -> str:
    """The version of this project that pip takes from the index."""
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", *arguments]
    run(folder.parent, *pip, "--dest", str(folder), "--index-url", f"{url}simple/", NAME)
    [path] = folder.iterdir()
    return path.name.split("-")[1]


def installed(url: str, folder: Path, version: str, *arguments: str) -> None:
    """Put into a clean environment what the README's install command takes from the index."""
    python = folder / "venv/bin/python"
    if not python.exists():
        folder.mkdir()
        run(folder, sys.executable, "-m", "venv", str(folder / "venv"))
    [install] = [command for command in commands(README) if command.startswith("pip install ")]
    wanted = install.removeprefix("pip install ").strip('"')
    assert wanted.startswith(NAME)
    report = folder / "report.json"
    run(
        folder,
        str(python), "-m", "pip", "install", "--quiet", "--upgrade", "--report", str(report), *arguments,
        "--constraint", str(REPOSITORY / "constraints.txt"), "--extra-index-url", f"{url}simple/", wanted,
    )  # fmt: skip
    found = {item["metadata"]["name"]: item for item in json.loads(report.read_text("utf-8"))["install"]}
    assert found[NAME]["download_info"]["url"].startswith(url)
    assert found[NAME]["metadata"]["version"] == version


def the_quick_start_runs(user: Path) -> None:
    """The README's sample, twice, and the mock as a server."""
    port = str(free_port())
    programs = user / "venv" / "bin"
    [code] = blocks(README, "python")
    script = user / "quick_start.py"
    script.write_text(code, "utf-8")
    for _ in range(2):
        said = run(user, str(programs / "python"), "-I", str(script)).splitlines()
        assert said[0] == "created Pending"
        assert said[-2].endswith(" Delivered")
        assert "4004" in said[-1]
    [serve] = [command for command in commands(README) if command.startswith("aftership mock")]
    assert "--port 4010" in serve
    arguments = serve.replace("4010", port).split()
    command = [str(programs / arguments[0]), *arguments[1:]]
    with serving(command, f"http://127.0.0.1:{port}/_mock/health", user) as url:
        urllib.request.urlopen(url, timeout=PATIENCE).close()


def what_was_installed_is_whole(url: str, user: Path, root: Path, version: str) -> None:
    """The inspection of a release, on what the index gives to users."""
    dist = user / "dist"
    dist.mkdir()
    with urllib.request.urlopen(f"{url}simple/{NAME}/", timeout=PATIENCE) as response:
        listing = response.read().decode()
    for link in re.findall(r'href="([^"#]+)', listing):
        name = link.rpartition("/")[2]
        if re.match(rf"\w+-{re.escape(version)}(-|\.tar)", name):
            with urllib.request.urlopen(f"{url}{link.lstrip('/')}", timeout=PATIENCE) as response:
                (dist / name).write_bytes(response.read())
    inspection = REPOSITORY / "generator" / "release" / "inspection.py"
    said = run(user, str(user / "venv/bin/python"), "-I", str(inspection), str(root), str(dist))
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


@pytest.mark.skipif("PUBLISH_REHEARSAL" not in os.environ, reason="make publish-rehearsal runs it")
def test_what_is_published_can_be_installed_and_used(tmp_path: Path) -> None:
    """A candidate, then the final release; one test, because each step stands on the one before."""
    user, root = tmp_path / "user", project(tmp_path)
    before = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    is_first = not read_changelog((root / "CHANGELOG.md").read_text("utf-8")).last_release
    an_empty_address_stops_a_release(root)
    a_fault_that_a_contract_test_finds_stops_a_release(root)
    with index(tmp_path) as url:
        candidate = published(root, url, "--pre", "rc")
        assert candidate.endswith("rc1")
        assert not is_first or candidate == f"{before}rc1"
        the_list_of_packages_is_whole(root, candidate)
        assert offered(url, tmp_path / "taken") == EARLIER
        assert offered(url, tmp_path / "taken", "--pre") == candidate
        installed(url, user, candidate, "--pre")
        the_links_lead_to_the_release(user, candidate)
        the_quick_start_runs(user)
        (tmp_path / "extras").mkdir()
        every_extra_can_be_installed_and_used(url, tmp_path / "extras", candidate)

        final = published(root, url)
        assert f"{final}rc1" == candidate
        assert offered(url, tmp_path / "taken") == final
        installed(url, user, final)
        the_quick_start_runs(user)
        what_was_installed_is_whole(url, user, root, final)
        versions_can_be_compared(user)
