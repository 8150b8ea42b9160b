"""The checks follow the further kinds of the rehearsal, and find what is planted against each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.mock.parcels import tracking
from aftership_tracking.mock.services import stored_objects
from aftership_tracking.webhooks import router
from contract_support import target
from contract_support.behaviour.checks import CHECKS
from contract_support.calls.api import API_KEY
from contract_support.client.checks import result_name
from contract_support.document.operations import operation_for
from made_up_version import MadeUpVersion, compose_made_up_version
from maintainer_support import event_probe
from maintainer_support.kinds import kinds
from maintainer_support.rehearsed_kinds import rehearsed

ON_THE_PAGE = {kind.change for kind in kinds()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    actions = "\n".join(kind.actions for kind in rehearsed() if kind.change not in ON_THE_PAGE)
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), actions)
    with made_up.installed():
        yield made_up


def complaints(source: MadeUpVersion, check: str) -> list[str]:
    mock = Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=source)
    return CHECKS[check](source.document(source.version), mock, mock)


@pytest.mark.parametrize("check", CHECKS)
def test_checks_follow(source: MadeUpVersion, check: str) -> None:
    assert complaints(source, check) == []


PLANTED: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "any id is taken": (stored_objects, "refuse_unknown", lambda call: None, "unknown ids"),
    "responses keep the old names": (tracking, "convert", lambda value, *names: value, "echo"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found(source: MadeUpVersion, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    holder, name, replacement, check = PLANTED[what]
    monkeypatch.setattr(holder, name, replacement)
    assert complaints(source, check)


def test_an_event_that_is_not_listed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = target.versions()[-1]
    assert event_probe.complaints(newest) == []
    monkeypatch.setattr(router, "EVENTS", ("tracking_update",))
    monkeypatch.setattr(router, "TAGS", ("Delivered",))
    found = event_probe.complaints(newest)
    assert {line.partition(":")[0] for line in found} >= {"Router.on(edd_revise)", "Router.on_tag(Pending)"}


def test_a_map_is_not_a_model(source: MadeUpVersion) -> None:
    document = source.document(source.version)
    names = []
    for resource, method in (("events", "summary"), ("trackings", "get"), ("trackings", "list")):
        operation = operation_for(document, resource, method)
        assert operation is not None
        names.append(result_name(document, operation))
    assert names == [None, "Tracking", "Tracking"]
