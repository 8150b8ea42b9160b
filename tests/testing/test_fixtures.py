"""The fixtures, as a test suite of somebody else uses them: in runs of pytest in a folder of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from patience import PATIENCE

# A suite that uses everything. A test that is to fail has `fails` in its name.
SUITE = '''
import asyncio, os, subprocess, sys, unittest
import pytest
from aftership_tracking import AfterShip
from aftership_tracking.errors import ConnectError
from aftership_tracking.mock import Mock

CREATE = {"tracking_number": "ITOD-3-42", "slug": "testing-courier"}

def test_time_is_one(aftership_client, aftership_mock, aftership_clock):
    parcel = aftership_client.trackings.create(**CREATE)
    aftership_clock.advance(12 * 60)
    assert aftership_client.trackings.get(parcel.id).tag == "Delivered"
    assert [each.id for each in aftership_client.trackings.changes()] == [parcel.id]

def test_the_mock_is_new_for_each_test(aftership_client, aftership_mock):
    assert list(aftership_client.trackings.list()) == []
    assert not aftership_mock.faults.rules

def test_a_fault(aftership_client, aftership_faults, aftership_clock):
    aftership_faults.add(429, headers={"Retry-After": "7"})
    aftership_client.trackings.list()
    assert aftership_clock.slept[0] >= 7

def test_no_delivery_fails(aftership_webhooks):
    aftership_webhooks.expect(tag="Delivered")

def test_webhooks(aftership_client, aftership_mock, aftership_webhooks, aftership_webhook_secret):
    parcel = aftership_client.trackings.create(**CREATE)
    aftership_mock.put(parcel.id, tag="Delivered")
    assert aftership_webhooks.expect(event="tracking_update", tag="Delivered").body
    assert [each.tracking.id for each in aftership_webhooks.events][-1] == parcel.id

def test_another_value_fails(aftership_client, aftership_requests):
    aftership_client.trackings.create(**CREATE, order_id="A-17")
    aftership_requests.assert_sent("trackings.create", body={"order_id": "A-18"})

def test_another_request_fails(aftership_client, aftership_requests):
    aftership_client.couriers.list()
    aftership_client.trackings.list()
    (record,) = aftership_requests.assert_sent("couriers.list", status=200)
    assert record.operation == "couriers.list"
    aftership_requests.assert_not_sent("trackings.create")
    aftership_requests.assert_nothing_else()

def test_a_script(aftership_script):
    aftership_script.expect("couriers.list")
    with __import__("httpx").Client(transport=aftership_script.transport()) as http_client:
        AfterShip("k", http_client=http_client).couriers.list()

def test_an_unused_script_fails(aftership_script):
    aftership_script.expect("trackings.get")

PROGRAM = f"""
from aftership_tracking import AfterShip
with AfterShip() as client:
    print(client.trackings.create(**{CREATE}).id)
"""

def test_another_process(aftership_mock_url, aftership_mock, aftership_requests, aftership_webhooks):
    assert os.environ["AFTERSHIP_BASE_URL"] == aftership_mock_url
    printed = subprocess.check_output([sys.executable, "-c", PROGRAM], text=True)
    aftership_requests.assert_sent("trackings.create")
    aftership_mock.put(printed.strip(), tag="Delivered")
    assert aftership_webhooks.expect(tag="Delivered")

def test_the_environment_is_as_before():
    assert "AFTERSHIP_BASE_URL" not in os.environ

def test_the_service_is_out_of_reach(aftership_mock, aftership_clock):
    with AfterShip("a-real-key") as client:
        with pytest.raises(ConnectError, match="use-the-fixture-aftership-mock-url"):
            client.trackings.list()

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_async(aftership_async_client, aftership_faults, aftership_clock, anyio_backend):
    aftership_faults.add(503)
    page = await aftership_async_client.trackings.list()
    assert [each async for each in page] == [] and aftership_clock.slept

@pytest.mark.usefixtures("aftership_mock_url")
class TestOfUnittest(unittest.TestCase):
    def test_real_connections(self):
        with AfterShip() as client:
            assert list(client.trackings.list()) == []

class TestShared:
    """A mock for a whole class, seeded once."""

    @pytest.fixture(scope="class")
    @classmethod
    def aftership_mock(cls):
        mock = Mock()
        mock.seed(count=3, template={"slug": "dhl"}, key="test-key")
        return mock

    def test_first(self, aftership_client, aftership_faults, aftership_webhooks):
        assert len(list(aftership_client.trackings.list())) == 3
        aftership_faults.add(500, times=None)

    def test_second(self, aftership_client, aftership_webhooks):
        assert len(list(aftership_client.trackings.list())) == 3

class TestOlder:
    @pytest.fixture
    def aftership_version(self):
        return "2024-01"

    @pytest.fixture
    def aftership_mock_settings(self):
        return {"keys": ["only-this"]}

    @pytest.fixture
    def aftership_api_key(self):
        return "only-this"

    def test_version(self, aftership_client, aftership_requests, aftership_script):
        aftership_client.couriers.list()
        aftership_requests.assert_sent("couriers.list", version="2024-01")
        assert type(aftership_client).__module__.split(".")[1] == "v2024_01"
'''

UNUSED = """
import sys

def test_nothing_was_loaded():
    names = ("aftership_tracking.mock", "httpx", "msgspec", "jsonschema_rs", "uvicorn")
    assert [name for name in names if name in sys.modules] == []
    assert "aftership_tracking.testing.fixtures" in sys.modules
"""


def run_suite(folder: Path, text: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a module, in a folder where nothing of this project is configured."""
    (folder / "test_suite.py").write_text(text, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra -W error -p no:cacheprovider\n", "utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AFTERSHIP"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run of the suite prints: over xdist, with a line that names the plugin once more."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "conftest.py").write_text('pytest_plugins = ["aftership_tracking.testing.fixtures"]\n', "utf-8")
    return run_suite(folder, SUITE, "-n", "1", "-p", "no:schemathesis").stdout


def test_what_should_pass_passes_and_the_rest_fails(everything: str) -> None:
    failed = set(re.findall(r"^FAILED \S+::(\w+)", everything, re.MULTILINE))
    meant = {name for name in re.findall(r"def (test_\w+)", SUITE) if name.endswith("_fails")}
    assert failed == meant, everything
    # Two of them because of the two event loops.
    passed = len(re.findall(r"def test_\w+", SUITE)) + 1 - len(meant)
    assert f"{len(meant)} failed, {passed} passed in" in everything


@pytest.mark.parametrize(
    "lines",
    [
        [
            "trackings.create: expected 1 request, found 0",
            "  with body: {'order_id': 'A-18'}",
            "nearest: request 1, POST /tracking/2026-07/trackings, 201",
            "  body.order_id: expected 'A-18', was 'A-17'",
        ],
        [
            "requests that no `assert_sent` was called for:",
            "  request 2: GET /tracking/2026-07/trackings, 200",
        ],
        ["1 expected call did not come", "  trackings.get: 0 of 1"],
        [
            "expected a webhook tag=Delivered, and 0 of 0 fit",
            "  (none came; `put` and `advance` of the mock let a parcel move)",
        ],
    ],
    ids=lambda lines: lines[0].partition(":")[0],
)
def test_failures_say_what_differs(everything: str, lines: list[str]) -> None:
    # pytest puts an E before the lines of an error.
    plain = re.sub(r"^E  (?: +AssertionError:)? {1,5}", "", everything, flags=re.MULTILINE)
    shown = [line.strip() for line in plain.splitlines()]
    start = next((index for index, line in enumerate(shown) if line.endswith(lines[0])), None)
    assert start is not None, everything
    assert shown[start + 1 : start + len(lines)] == [line.strip() for line in lines[1:]]


def test_a_run_without_the_fixtures_loads_nothing(tmp_path: Path) -> None:
    done = run_suite(tmp_path, UNUSED, "-p", "no:anyio", "-p", "no:schemathesis")
    assert done.returncode == 0, done.stdout


def test_without_plugins_the_line_in_conftest_is_enough(tmp_path: Path) -> None:
    text = "def test_mock(aftership_client):\n    assert list(aftership_client.trackings.list()) == []\n"
    switch = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert "fixture 'aftership_client' not found" in run_suite(tmp_path, text, **switch).stdout
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["aftership_tracking.testing.fixtures"]\n')
    done = run_suite(tmp_path, text, **switch)
    assert done.returncode == 0, done.stdout


def test_without_pytest_the_import_says_what_to_install() -> None:
    program = "import sys; sys.modules['pytest'] = None; import aftership_tracking.testing.fixtures"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stderr.endswith(
        "ImportError: the fixtures need one more package: python -m pip install pytest\n"
    )
