"""A reader that is killed at any line of its code loses nothing, and repeats no more than the current page.

The long form is `python tests/deep/kill_readers.py`.
"""

from __future__ import annotations

import pytest

from reading_support.account import VERSIONS
from reading_support.killing import kill_readers


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("state", ["state.json", "state.db"])
def test_a_killed_reader_loses_nothing_and_doubles_no_more_than_a_page(version, state, tmp_path):
    report = kill_readers(version, state, rounds=4, seed=len(version + state), folder=tmp_path)
    assert report.killed >= 2
    assert report.lost == set()
    assert report.doubled <= report.allowed
