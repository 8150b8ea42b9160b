"""Documents with constructs that no version has yet: their operations have pages too, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import document_support.trial  # noqa: F401 - importing registers constructs
from aftership_tracking.mock import Mock
from document_support.frame import build
from document_support.other_runs import Source
from document_support.piece import CONSTRUCTS, MUST_WORK, OUTPUT_ONLY
from explorer_support.visitor import Visitor
from generator.lint import lint_document

VERSION = "2031-01"


@pytest.mark.parametrize("name", sorted(CONSTRUCTS))
def test_every_construct_has_a_page(name: str) -> None:
    @settings(max_examples=2, database=None, deadline=None, phases=[Phase.generate])
    @given(found=st.data())
    def check(found: st.DataObject) -> None:
        piece = CONSTRUCTS[name](found.draw, "Xa")
        document = build([piece], VERSION)
        if lint_document(document):
            assert name not in MUST_WORK
            return
        visitor = Visitor(Mock(documents=Source(document)))
        for operation in visitor.mock._served.newest.operations:
            try_page(visitor, f"{VERSION}/{operation.id}", can_fail=name in OUTPUT_ONLY)

    check()


def try_page(visitor: Visitor, path: str, *, can_fail: bool) -> None:
    page = visitor.open(path)
    if "has no form here" in page.text:
        form = {**page.values, "do": "send"}
        assert visitor.request("POST", page.action.partition("#")[0], form).status == 400
        return
    filled: dict[str, Any] = {
        name: control.value or control.attributes.get("placeholder") or "x"
        for name, control in page.controls.items()
        if name.startswith(("path.", "query.", "header.")) and "disabled" not in control.attributes
    }
    for values in ({}, filled):
        form = {**page.values, **values, "do": "send"}
        response = visitor.request("POST", page.action.partition("#")[0], form)
        assert response.status in (200, 400), response.body.decode()[:3000]
        if response.status == 200 and not can_fail:
            record = visitor.mock.journal[-1]
            assert record.status < 500, record.hint
            # The key is where the operation wants it.
            assert record.status != 401
