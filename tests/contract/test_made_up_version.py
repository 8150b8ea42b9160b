"""The checks follow a new version without an edit: a field more that requests need, strings that became
objects, filters and operations that nobody has met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aftership_tracking.mock import ManualClock, Mock
from contract_support.behaviour import concurrency, declared_errors, links
from contract_support.behaviour.checks import CHECKS
from contract_support.calls.api import API_KEY, Api
from made_up_version import MadeUpVersion, compose_made_up_version

ACTIONS = Path(__file__).with_name("made_up_version.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), ACTIONS)
    with made_up.installed():
        yield made_up


def fresh_mock(source: MadeUpVersion) -> Mock:
    return Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=source)


@pytest.mark.parametrize("which", ["version", "before"])
@pytest.mark.parametrize("check", CHECKS)
def test_checks_follow(source: MadeUpVersion, check: str, which: str) -> None:
    mock = fresh_mock(source)
    assert CHECKS[check](source.document(getattr(source, which)), mock, mock) == []


def test_declared_errors_follow(source: MadeUpVersion) -> None:
    mock = fresh_mock(source)
    assert declared_errors.complaints(source.document(source.version), mock, mock) == []


def test_concurrency_follows(source: MadeUpVersion) -> None:
    mock = fresh_mock(source)
    document = source.document(source.version)
    assert concurrency.complaints(document, mock, concurrency.WAYS["tasks"]) == []


@pytest.mark.parametrize("erased", [{"text": None}, None])
def test_a_null_erases_also_inside_of_an_object(source: MadeUpVersion, erased: object) -> None:
    """The title of the version before cannot be null, so no move carries it."""
    api = Api(source.document(source.version), fresh_mock(source))
    made = api.create("PARCEL0001", slug="usps", title="old", note="stays")
    changed = api.update(made["id"], title=erased)
    # Without a title, a tracking has its number for one.
    assert (changed["title"], changed["note"]) == ({"text": "PARCEL0001"}, "stays")
    assert api.update(made["id"], title="new")["title"] == {"text": "new"}
    assert api.update(made["id"], title={})["title"] == {"text": "new"}


def test_links_follow(source: MadeUpVersion) -> None:
    document = source.document(source.version)
    declared = list(links.declared_links(document))
    assert declared
    for link in declared:
        mock = fresh_mock(source)
        assert links.complaints(document, mock, mock, link) == []
