"""The trial of documents can fail, in each of its parts, and shows the smallest document that does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from document_support import client_run, other_runs, trial
from document_support.client_run import TrialError
from document_support.piece import CONSTRUCTS, Piece
from document_support.trial import try_document
from generator.document.document import Document

few = settings(max_examples=1, database=None, phases=[Phase.generate])


def run(name: str) -> None:
    @few
    @given(found=st.data())
    def check(found: st.DataObject) -> None:
        try_document([CONSTRUCTS[name](found.draw, "Xa")], both=True)

    check()


def plant_in_client(monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    """Generate clients in which something is wrong."""
    render = client_run.render_version

    def render_wrong(document: Document) -> Any:
        package, files = render(document)
        assert any(right in source for source in files.values())
        return package, {name: source.replace(right, wrong) for name, source in files.items()}

    monkeypatch.setattr(client_run, "render_version", render_wrong)


def test_a_parameter_that_the_client_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    plant_in_client(monkeypatch, 'query_names=("item_key",)', "query_names=()")

    with pytest.raises(TrialError, match="query integer: a foreign tool reads"):
        run("query integer")


def test_a_value_that_the_client_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_run, "plain", lambda value: {"item": []})

    with pytest.raises(TrialError, match="the client read"):
        run("response string")


def test_a_mock_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    class Another(other_runs.Source):
        def document(self, version: str) -> dict[str, Any]:
            raw: dict[str, Any] = json.loads(json.dumps(super().document(version)))
            raw["paths"].pop("/xa")
            return raw

    monkeypatch.setattr(other_runs, "Source", Another)

    with pytest.raises(TrialError, match="query integer: the mock: "):
        run("query integer")


def test_a_diff_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_runs, "diff", lambda *_: ())

    with pytest.raises(TrialError, match="the diff is silent about an operation that is gone"):
        run("query integer")


def test_a_lint_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the lint refuses does not work; it is not refused for nothing."""
    monkeypatch.setattr(trial, "lint_document", lambda _: [])

    for name in ("header parameter", "query list, repeated", "key in another header", "HTTP basic"):
        with pytest.raises(BaseException):  # noqa: B017 - whatever goes wrong
            run(name)


def test_the_document_of_a_failure_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = client_run.plain
    monkeypatch.setattr(
        client_run, "plain", lambda value: None if "bad" in json.dumps(plain(value)) else plain(value)
    )
    words = st.sampled_from(["good", "bad"])
    monkeypatch.setattr("document_support.contents.WORDS", words)
    names = ["201 with a body", "query integer", "response integer", "deprecated operation"]

    @st.composite
    def pieces(draw: st.DrawFn) -> list[Piece]:
        found = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        return [CONSTRUCTS[name](draw, f"X{'abcd'[index]}") for index, name in enumerate(found)]

    @seed(1)
    @settings(max_examples=30, database=None, phases=[Phase.generate, Phase.shrink])
    @given(drawn=pieces())
    def check(drawn: list[Piece]) -> None:
        try_document(drawn, both=False)

    with pytest.raises(TrialError) as caught:
        check()
    [note] = [one for one in caught.value.__notes__ if one.startswith("the document is ")]
    document = yaml.safe_load(note.partition("\n")[2])  # more than one piece would be more than one document
    assert document["construct"] == "201 with a body"
    assert document["paths"]["/xa"]["get"]["responses"].keys() == {"201"}
    assert len(note.splitlines()) < 60
