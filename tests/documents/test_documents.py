"""Whatever a document says either works, in client, mock and diff, or the lint refuses it. Nothing third.

Documents are made up from constructs of OpenAPI 3.1 (`tests/support/document_support`). Requests are read by
openapi-core, which is not ours. `make documents` tries 2,000 of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from document_support.outcome import PROPERTY, Tally
from document_support.piece import CONSTRUCTS, MUST_WORK, Piece
from document_support.trial import try_document

DOCUMENTS = int(os.environ.get("DOCUMENTS", "120"))
PARTS = 2
"""Each part of the documents is one test, so that both cores have one."""
MOST_REFUSED = 0.2


ANY = st.integers(0, 2**20)
ONE_IN = 7
"""One in so many documents has a construct that may be refused."""
EACH = 2
"""So many documents begin with a construct before the next has its turn: the smallest, and a random one."""


def any_of(names: Collection[str]) -> st.SearchStrategy[str]:
    """Each name as often as any other; hypothesis itself prefers those that it has met."""
    known = sorted(names)
    return ANY.map(lambda number: known[number % len(known)])


def first_constructs() -> Iterator[str]:
    """Every construct again and again, so that none is left to chance; one in `ONE_IN` may be refused."""
    works = itertools.cycle(sorted(MUST_WORK))
    others = itertools.cycle(sorted(CONSTRUCTS.keys() - MUST_WORK))
    for number in itertools.count(1):
        yield next(others if number % ONE_IN == 0 else works)


@st.composite
def pieces(draw: st.DrawFn, first: str) -> list[Piece]:
    """A construct, and beside one that must work some others. One that may be refused is alone."""
    names = [first]
    if first in MUST_WORK:
        names += draw(st.lists(any_of(MUST_WORK), max_size=4))
    return [CONSTRUCTS[name](draw, f"X{'abcde'[index]}") for index, name in enumerate(names)]


@pytest.mark.parametrize("name", sorted(CONSTRUCTS))
def test_each_construct_works_by_itself_or_is_refused(name: str) -> None:
    @settings(max_examples=1, database=None, phases=[Phase.generate])
    @given(found=st.data())
    def check(found: st.DataObject) -> None:
        try_document([CONSTRUCTS[name](found.draw, "Xa")], both=True)

    check()


@pytest.mark.parametrize("part", range(PARTS))
def test_documents_work_or_are_refused(part: int, record_property: Any) -> None:
    tally = Tally()

    def check(drawn: list[Piece], both: bool) -> None:
        findings = try_document(drawn, both=both)
        tally.add([piece.construct for piece in drawn], refused=bool(findings))

    for number, first in enumerate(itertools.islice(first_constructs(), DOCUMENTS // EACH)):
        if number % PARTS == part:
            explore = settings(
                max_examples=EACH,
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )
            seed(number)(explore(given(pieces(first), st.booleans())(check)))()
    record_property(PROPERTY, tally.as_dict())
    assert tally.share_refused <= MOST_REFUSED
    assert tally.total >= DOCUMENTS // PARTS
    assert len(tally.worked) >= len(MUST_WORK) / 2, "most constructs were never drawn"
