"""Every public module says what it offers, offers what it says, and reowners nothing of Python."""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import attrs
import pytest

import aftership_tracking
from aftership_tracking.runtime.models.struct import ModelStruct
from generator.surface.homes import find_homeless_types
from generator.surface.wheel import DEEPER, PRIVATE

ROOT = Path(__file__).resolve().parents[2]


def public_modules() -> list[str]:
    top = sorted(
        module.name
        for module in pkgutil.iter_modules(aftership_tracking.__path__)
        if module.name not in PRIVATE
    )
    return ["aftership_tracking", *(f"aftership_tracking.{name}" for name in (*top, *DEEPER))]


def test_the_list_holds_what_the_pages_name() -> None:
    modules = public_modules()
    assert len(modules) > 20
    assert {"aftership_tracking.errors", "aftership_tracking.hooks", "aftership_tracking.v2024_01"} <= {
        *modules
    }


@pytest.mark.parametrize("name", public_modules())
def test_a_public_module_says_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    names = list(module.__all__)
    assert names
    assert sorted(names) == sorted(set(names))
    assert [one for one in names if one.startswith("_")] == []
    assert [one for one in names if not hasattr(module, one)] == []
    assert [one for one in names if hasattr(builtins, one)] == []
    found: dict[str, object] = {}
    exec(f"from {name} import *", found)
    assert found.keys() - {"__builtins__"} == {*names}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_version_packages_are_seen_and_found_without_an_import_of_their_own() -> None:
    code = "import aftership_tracking as a; print('v2024_01' in dir(a), a.v2024_01.API_VERSION, a.v2026_07)"
    assert run(code).startswith("True 2024-01 <module 'aftership_tracking.v2026_07'")


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = "import sys, aftership_tracking as a; dir(a); print([m for m in sys.modules if '.client' in m])"
    assert run(code) == "[]"


def test_the_version_of_the_package() -> None:
    from importlib.metadata import version

    assert aftership_tracking.__version__ == version("aftership-tracking-client")
    assert "__version__" in dir(aftership_tracking)


@pytest.mark.parametrize("name", ["nothing", "_private", "__path_", "v2024_02", "v2024-01"])
def test_what_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match="has no attribute"):
        getattr(aftership_tracking, name)


def test_the_error_with_the_name_of_python_is_there_under_its_name() -> None:
    from aftership_tracking import TimeoutError as OurTimeoutError
    from aftership_tracking import errors

    assert errors.TimeoutError is OurTimeoutError
    assert issubclass(OurTimeoutError, TimeoutError)
    assert "TimeoutError" in dir(aftership_tracking)


# What only this package calls, although the classes are public; and the three types of ASGI, which everybody
# writes anew.
NOT_FOR_CALLERS = {
    "mock.server.Mock.__call__",
    "mock.wire.httpx_transport.AsyncMockTransport.__init__",
    "mock.wire.httpx_transport.MockTransport.__init__",
    "runtime.page.AsyncPage.__init__",
    "runtime.page.AsyncPages.__init__",
    "runtime.page.Page.__init__",
    "runtime.resource.AsyncResource.__init__",
    "runtime.resource.Resource.__init__",
    "webhooks.asgi.WebhookApplication.__call__",
    "webhooks.events.event.Event.__init__",
}


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as the wheel holds it."""
    folder = tmp_path_factory.mktemp("merged")
    for root in ("overrides", "generated"):
        shutil.copytree(
            ROOT / root / "aftership_tracking",
            folder / "aftership_tracking",
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return folder


def homeless(folder: Path) -> dict[str, set[str]]:
    found = {name: owners - NOT_FOR_CALLERS for name, owners in find_homeless_types(folder).items()}
    return {name: owners for name, owners in found.items() if owners}


def test_every_type_in_a_public_signature_has_a_public_home(merged: Path) -> None:
    assert homeless(merged) == {}
    everywhere = set().union(*find_homeless_types(merged).values())
    assert everywhere == NOT_FOR_CALLERS, "an exception that is not needed any more must go"


@pytest.fixture
def without_a_home(merged: Path) -> Iterator[Path]:
    """The package without the public home of one type."""
    module = merged / "aftership_tracking" / "options.py"
    text = module.read_text("utf-8")
    module.write_text(text.replace(", TimeoutInput", "").replace(', "TimeoutInput"', ""), "utf-8")
    yield merged
    module.write_text(text, "utf-8")


def test_a_type_without_a_home_is_found(without_a_home: Path) -> None:
    found = homeless(without_a_home)
    assert set(found) == {"runtime.options.TimeoutInput"}
    assert "runtime.base_client.Client.__init__" in found["runtime.options.TimeoutInput"]


# A call makes several of these, and a tuple is made in a third of the time. Their fields are read by name.
# A file of CSV has rows and cells by the hundred thousand.
TUPLES = {"Cell", "Request", "Response", "Row"}
# Timeout takes its two numbers by position. What a mock is given and what it recorded is plain to write.
POSITIONAL = {"Timeout", "MockKey", "MockRequest", "MockResponse", "MockToken", "Record"}


def find_odd_records(classes: dict[str, type]) -> set[str]:
    """Return the names of records that are tuples, can change, or take fields by position."""
    odd = {name for name, one in classes.items() if issubclass(one, tuple)} - TUPLES
    for name, one in classes.items():
        fields = getattr(one, "__dataclass_fields__", {}).values() or getattr(one, "__attrs_attrs__", ())
        if not fields or issubclass(one, ModelStruct):
            continue
        frozen = one.__dataclass_params__.frozen if dataclasses.is_dataclass(one) else not _can_change(one)
        if not frozen or (name not in POSITIONAL and not all(one.kw_only for one in fields if one.init)):
            odd.add(name)
    return odd


def _can_change(attrs_class: type) -> bool:
    return attrs_class.__setattr__ is object.__setattr__


def public_classes() -> dict[str, type]:
    found: dict[str, type] = {}
    for name in public_modules():
        if re.search(r"\.v\d{4}_\d{2}$", name) is None:
            module = importlib.import_module(name)
            things = ((each, getattr(module, each)) for each in module.__all__)
            found.update((each, thing) for each, thing in things if isinstance(thing, type))
    return found


def test_public_records_are_frozen_and_have_keywords_only() -> None:
    classes = public_classes()
    assert {"Options", "RateLimit", "Tokens", "Surprise", "Claim", "SignedRequest"} <= classes.keys()
    assert find_odd_records(classes) == set()
    for exception in TUPLES:
        assert issubclass(classes[exception], tuple), "an exception that is not needed any more must go"


def test_odd_records_are_found() -> None:
    class Pair(NamedTuple):
        left: int

    @dataclasses.dataclass(kw_only=True)
    class Changeable:
        left: int

    @dataclasses.dataclass(frozen=True)
    class ByPosition:
        left: int

    @attrs.define(kw_only=True)
    class ChangeableToo:
        left: int

    planted: dict[str, type] = {one.__name__: one for one in (Pair, Changeable, ByPosition, ChangeableToo)}
    assert find_odd_records(planted) == planted.keys()
