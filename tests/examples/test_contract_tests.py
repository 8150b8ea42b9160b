"""The contract tests of a small integration pass, and fail when the integration is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs_support.pages import ROOT
from export_support.exported import NEWEST, text
from generator.export.documents import Target
from patience import PATIENCE
from tests.examples.conftest import Example, assert_shows, clean_environment

pytestmark = pytest.mark.pages

PACKAGES = ROOT / "node_modules"
# How the integration is broken, and the test that has to notice it.
BREAKS_PYTHON = {
    "a_lost_response": (
        "return client.trackings.upsert(tracking_number=number, slug=courier, order_id=order_id).tracking.id",
        "return client.trackings.create(tracking_number=number, slug=courier, order_id=order_id).id",
    ),
    "an_unknown_status": ('TEXTS.get(tracking.tag, "It is on its way.")', "TEXTS[tracking.tag]"),
    "a_delivery": ('thank(event.tracking_as(Tracking).order_id or "")', "thank(event.event_id)"),
}
BREAKS_NODE = {
    "a lost response": ("error.code === 4003", "error.code === 4004"),
    "an unknown status": ('?? "It is on its way."', "?? never"),
    "a webhook": ("received.length === expected.length && timingSafeEqual(received, expected)", "true"),
    "a 429": ("tries < MOST_TRIES", "tries < 0"),
}


def replace(path: Path, old: str, new: str) -> None:
    source = path.read_text("utf-8")
    assert source.count(old) == 1, old
    path.write_text(source.replace(old, new), "utf-8")


def without_node(example: Example) -> dict[str, str]:
    """A PATH on which there is no npm, so that the tests in Python run alone."""
    (example.folder / "bin").mkdir(exist_ok=True)
    return {"PATH": str(example.folder / "bin")}


def test_the_tests_in_python_pass_and_notice_what_is_broken(example: Example) -> None:
    ended = example.run(**without_node(example))
    assert ended.code == 0, ended.printed
    assert "8 passed" in ended.printed
    assert "TypeScript: left out. It needs Node 20" in ended.printed
    shop = example.folder / "contract_tests" / "python" / "shop.py"
    for old, new in BREAKS_PYTHON.values():
        replace(shop, old, new)
    broken = example.run(**without_node(example))
    assert broken.code == 1
    failed = set(re.findall(r"^FAILED \S+::test_(\w+?)\[", broken.printed, re.MULTILINE))
    assert len(failed) == len(BREAKS_PYTHON)
    assert all(any(name.startswith(each) for name in failed) for each in BREAKS_PYTHON)


@pytest.fixture
def with_node(example: Example) -> Path:
    """The folder in TypeScript, with the packages of this repository and the document of a release."""
    missing = "Node is missing" if shutil.which("node") is None or shutil.which("npm") is None else ""
    if not missing and not (PACKAGES / "openapi-typescript").is_dir():
        missing = "npm packages are missing: make node_modules/.ready"
    if missing:
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    folder = example.folder / "contract_tests" / "typescript"
    (folder / "node_modules").symlink_to(PACKAGES)
    (folder / "openapi.json").write_text(text(NEWEST, Target.OPENAPI), "utf-8")
    return folder


def test_the_command_runs_both_languages_as_its_page_shows(example: Example, with_node: Path) -> None:
    ended = example.run()
    assert ended.code == 0, ended.printed
    assert_shows(example.shown.replace("\nok", "\n...ok") + "...", ended.printed)
    # What was built is broken in every way at once: a mock for each would take long.
    for old, new in BREAKS_NODE.values():
        replace(with_node / "build" / "shop.js", old, new)
    node = subprocess.run(
        ["node", "--test", "build/"],
        cwd=with_node,
        env=clean_environment(PYTHON=sys.executable),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    failed = re.findall(r"^not ok \d+ - (.*)$", node.stdout, re.MULTILINE)
    assert len(failed) == len(BREAKS_NODE)
    assert all(any(name.startswith(each) for name in failed) for each in BREAKS_NODE)
