"""The public names of the package, and which modules they load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aftership_tracking import webhooks


def modules_after(code: str) -> set[str]:
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    return set(shown.stdout.split())


def test_every_name_exists_and_is_known_to_type_checkers():
    source = Path(webhooks.__file__).read_text("utf-8")
    for name in webhooks._MODULE_OF:
        assert getattr(webhooks, name) is not None
        assert f"import {name} as {name}" in source
    assert set(webhooks._MODULE_OF) == set(dir(webhooks))
    with pytest.raises(AttributeError, match="Nothing"):
        webhooks.Nothing  # noqa: B018


def test_a_verifier_loads_no_models_and_no_http_library():
    loaded = modules_after(
        "from aftership_tracking.webhooks import Verifier, sign\n"
        "Verifier('s').verify(b'{}', {'aftership-hmac-sha256': sign(b'{}', 's')})"
    )
    heavy = {
        "httpx",
        "msgspec",
        "attrs",
        "asyncio",
        "json",
        "email",
        "ssl",
        "ipaddress",
        "urllib.request",
        "logging",
    }
    assert heavy & loaded == set()
    assert not [name for name in loaded if name.startswith("aftership_tracking.v")]


def test_reading_an_event_loads_the_models_of_one_version_and_no_http_library():
    loaded = modules_after(
        "from aftership_tracking.webhooks import Verifier\n"
        'body = b\'{"event":"x","event_id":"e","ts":1,"msg":{}}\'\n'
        "Verifier('s').parse_trusted(body, {'as-webhook-version': '2025-04'})"
    )
    assert {"httpx", "asyncio", "ssl"} & loaded == set()
    versions = {name.split(".")[1] for name in loaded if name.startswith("aftership_tracking.v")}
    assert versions == {"v2025_04"}


def test_the_signature_imports_nothing_of_the_package():
    loaded = modules_after("import aftership_tracking.webhooks.signature")
    assert {name for name in loaded if name.startswith("aftership_tracking")} == {
        "aftership_tracking",
        "aftership_tracking.webhooks",
        "aftership_tracking.webhooks.signature",
    }
