"""What a mock received, as a HAR file, judged by `aftership check-traffic`: a contract test of a program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Mock
from aftership_tracking.mock.documents.conversion import CODE_VERSION
from aftership_tracking.runtime.registry import package
from aftership_tracking.testing.traffic import check_traffic
from contract_support import target
from contract_support.document.installed import ReadOnce
from patience import PATIENCE

CHECK = [sys.executable, "-m", "aftership_tracking.cli", "check-traffic"]
ORIGIN = "http://mock.example"


def use_the_api(client: Any) -> None:
    """What every version has, and the account data of couriers where there is some."""
    parcel = client.trackings.create(tracking_number="ITOD-3-42", slug="testing-courier", title="Order 7")
    client.trackings.get(parcel.id)
    client.trackings.update(parcel.id, title="Order 8")
    assert [each.title for each in client.trackings.list()] == ["Order 8"]
    client.trackings.mark_as_completed(parcel.id, reason="LOST")
    client.trackings.delete(parcel.id)
    assert list(client.couriers.list())
    client.couriers.detect(tracking_number="1Z999AA10123456784")
    if hasattr(client, "courier_connections"):
        client.courier_connections.create(courier_slug="usps", credentials={"account": "s3cret"})
        assert list(client.courier_connections.list())


def record(mock: Mock, version: str, path: Path) -> Path:
    with httpx.Client(transport=mock.transport()) as http_client:
        use_the_api(package(version).AfterShip("any-key", base_url=ORIGIN, http_client=http_client))
    path.write_text(json.dumps(mock.har()), "utf-8")
    return path


@pytest.mark.parametrize("version", target.some_versions())
def test_clean_traffic_is_judged_clean(version: str, tmp_path: Path) -> None:
    path = record(Mock(documents=ReadOnce), version, tmp_path / "calls.har")
    assert "s3cret" not in path.read_text("utf-8")
    report = check_traffic(path, version, base_urls=[ORIGIN])
    assert (report.ok, report.judged, [str(each) for each in report.breaks]) == (True, report.judged, [])
    assert report.judged >= 8


def test_the_command_finds_what_the_document_does_not_have(served: Any, tmp_path: Path) -> None:
    """What fits the document is clean. A status and a parameter that it does not have are found."""
    served.post("reset", {})
    base = str(served.client.base_url).rstrip("/")
    served.create("PARCEL0001", "usps")
    served.call("GET", "/couriers")

    def check() -> subprocess.CompletedProcess[str]:
        path = tmp_path / "calls.har"
        path.write_bytes(served.client.get("/_mock/requests.har").content)
        command = [*CHECK, str(path), "--base-url", base, "--api-version", CODE_VERSION]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)

    clean = check()
    assert (clean.returncode, clean.stderr) == (0, ""), clean.stdout
    served.post("faults", {"operation": "couriers.list", "status": 418, "body": "teapot"}, 201)
    served.call("GET", "/couriers")
    served.call("GET", "/trackings?page=2")
    found = check()
    assert found.returncode == 1
    assert "get-couriers: response status: the operation does not document 418" in found.stdout
    assert "get-trackings: request query page: the operation does not know it" in found.stdout
    served.post("reset", {})
