"""What `aftership_tracking` exports: names, versions, documents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

import aftership_tracking
from aftership_tracking import documents
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary package root that replaces those of the checkout."""
    monkeypatch.setattr(aftership_tracking, "__path__", [str(tmp_path)])
    registry.versions.cache_clear()
    registry.operations.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    registry.versions.cache_clear()
    registry.operations.cache_clear()
    for name in [
        name
        for name in sys.modules
        if name.startswith(("aftership_tracking.v1999", "aftership_tracking.v1998"))
    ]:
        del sys.modules[name]
    for name in ("Old", "New", "v1999_10", "v1998_07", "__all__"):
        vars(aftership_tracking).pop(name, None)


OPERATIONS = """
from aftership_tracking.runtime.operation import Operation, RateLimit, Retry

GET = Operation(
    "get-parcel", "GET", ("x",), returns="{}", unwrap=("data",),
    retry=Retry.SAFE, limit=RateLimit(requests=1, seconds=1.0, shared=True),
)
"""


def add_version(root: Path, name: str, title: str) -> None:
    folder = root / name
    (folder / "resources").mkdir(parents=True)
    version = name[1:].replace("_", "-")
    content = f'API_VERSION = "{version}"\n__all__ = ["{title}"]\nclass {title}: ...\nhidden = 1\n'
    (folder / "__init__.py").write_text(content)
    (folder / "openapi.json").write_text(json.dumps({"info": {"version": version}}))
    (folder / "resources" / "__init__.py").write_text("")
    (folder / "resources" / "parcels.py").write_text(OPERATIONS.format(title))


def test_newest_version_is_found_by_name(root):
    add_version(root, "v1998_07", "Old")
    add_version(root, "v1999_10", "New")
    (root / "v1999_x").mkdir()
    assert registry.versions() == documents.versions() == ("1998-07", "1999-10")
    assert registry.newest() == "1999-10"
    assert isinstance(registry.package("1999-10"), ModuleType)
    assert aftership_tracking.New.__name__ == "New"
    for name in ("Old", "hidden", "nonsense", "_private"):
        with pytest.raises(AttributeError, match=name):
            getattr(aftership_tracking, name)
    assert {"New", "UsageError", "Time"} <= set(dir(aftership_tracking))


def test_counterpart_of_an_operation(root):
    add_version(root, "v1998_07", "Old")
    counterpart = registry.counterpart("get-parcel", "1998-07")
    assert counterpart is not None
    assert counterpart.returns == "Old"
    assert registry.counterpart("other", "1998-07") is None
    assert registry.counterpart("get-parcel", "1997-01") is None
    assert registry.models("1998-07") == "aftership_tracking.v1998_07.models"


def test_documents(root):
    add_version(root, "v1998_07", "Old")
    assert documents.document("1998-07") == {"info": {"version": "1998-07"}}
    (root / "data").mkdir()
    (root / "data" / "couriers.json").write_text('[{"slug": "usps"}]')
    assert documents.data("couriers") == [{"slug": "usps"}]
    assert "aftership_tracking.v1998_07" not in sys.modules


@pytest.mark.parametrize("version", ["1997-01", "", "../x", "v1998_07"])
def test_document_that_is_not_there(root, version):
    with pytest.raises(UsageError):
        documents.document(version)


@pytest.mark.parametrize("name", ["nothing", "../secrets", "", "a/b", "A"])
def test_data_that_is_not_there(root, name):
    (root / "data").mkdir()
    (root / "secrets.json").write_text("{}")
    with pytest.raises(UsageError):
        documents.data(name)


def test_package_without_versions_still_has_its_own_names(root):
    assert registry.newest() is None
    assert aftership_tracking.UsageError is UsageError
    with pytest.raises(AttributeError):
        aftership_tracking.Nothing  # noqa: B018


def test_every_own_name_exists_and_is_declared_for_type_checkers():
    source = Path(aftership_tracking.__file__).read_text()
    for name in aftership_tracking._MODULE_BY_NAME:
        assert getattr(aftership_tracking, name) is not None
        assert f"import {name} as {name}" in source
