"""The checks follow kinds of change of docs/new-version.md: filters, sizes of pages, fields, operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aftership_tracking.mock import ManualClock, Mock
from contract_support.behaviour import concurrency
from contract_support.behaviour.checks import CHECKS
from contract_support.calls.api import API_KEY, Api
from contract_support.calls.asgi import Request, Tampered
from made_up_version import MadeUpVersion, compose_made_up_version
from maintainer_support.kinds import kinds

CHOSEN = (
    "search-trackings",
    "smaller-pages",
    "connection-label",
    "no-batch",
    "couriers-in-pages",
    "first-tag",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    actions = "\n".join(kind.actions for kind in kinds() if kind.change in CHOSEN)
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), actions)
    with made_up.installed():
        yield made_up


def fresh_mock(source: MadeUpVersion) -> Mock:
    return Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=source)


@pytest.mark.parametrize("check", ["filters", "paging", "bounds", "connections", "predictions"])
def test_checks_follow(source: MadeUpVersion, check: str) -> None:
    mock = fresh_mock(source)
    assert CHECKS[check](source.document(source.version), mock, mock) == []


def test_concurrency_follows(source: MadeUpVersion) -> None:
    found = concurrency.complaints(
        source.document(source.version), fresh_mock(source), concurrency.WAYS["tasks"]
    )
    assert found == []


def test_a_filter_with_another_name_is_checked(source: MadeUpVersion) -> None:
    def without_search(sent: Request) -> Request:
        pairs = [pair for pair in sent.query.split(b"&") if not pair.startswith(b"search=")]
        return replace(sent, query=b"&".join(pairs))

    mock = fresh_mock(source)
    found = CHECKS["filters"](source.document(source.version), mock, Tampered(mock, without_search))
    assert found
    assert all(complaint.startswith("filter search=") for complaint in found)


def test_a_version_that_predicts_nothing_is_found(source: MadeUpVersion) -> None:
    document = source.document(source.version)
    paths = {path: item for path, item in document["paths"].items() if "estimated" not in path}
    mock = fresh_mock(source)
    found = CHECKS["predictions"]({**document, "paths": paths}, mock, mock)
    assert found == ["no operation predicts anything"]


def test_webhooks_have_the_new_name_of_a_field(source: MadeUpVersion) -> None:
    mock = fresh_mock(source)
    sent: list[bytes] = []
    mock.webhooks.transport = lambda request: sent.append(request.body) or 200
    for version in (source.version, source.before):
        mock.webhooks.add("http://h/", secret="s", version=version, events=["tracking_update"])
    Api(source.document(source.version), mock).create("ITOD-3-1", slug="testing-courier")
    clock = mock.clock
    assert isinstance(clock, ManualClock)
    clock.advance(600)
    bodies = [json.loads(body) for body in sent]
    marks = {name for body in bodies for name in body if name.endswith("first_tag") or name == "first_of_tag"}
    assert marks == {"first_of_tag", "is_tracking_first_tag"}
    assert all(len({"first_of_tag", "is_tracking_first_tag"} & body.keys()) == 1 for body in bodies)
