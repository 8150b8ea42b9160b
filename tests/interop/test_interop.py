"""Official SDKs that know nothing of this project, against the mock: only their base URL is changed.

`make interop` tries all of them. Here are one for Python, chosen by TEST_SEED, and the one for Node.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from interop_support import known_failures, table
from interop_support.calls import UnknownMethodError, operations_without, prepare
from interop_support.known_failures import KnownFailure, complaints
from interop_support.run import run
from interop_support.sdks import ALL, NODE, PYTHON, NotInstalledError
from interop_support.trial import Outcome
from version_sample import some

KNOWN = KnownFailure(
    sdk=NODE.package,
    releases=(NODE.release,),
    methods=("tracking.getTrackings",),
    kinds=("AES",),
    failure="not accepted",
    reason="a reason",
    evidence="a proof",
)
FAILED = Outcome(sdk=NODE, method="tracking.getTrackings", kind="AES", failure="The key is not accepted.")


@pytest.mark.rehearsal
def test_official_sdks_work_with_the_mock() -> None:
    chosen = [sdk for sdk in PYTHON if sdk.release in some([each.release for each in PYTHON], 1)]
    try:
        report = run([*chosen, NODE])
    except NotInstalledError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"an SDK cannot be installed: {error}")
    assert report.complaints == [], "\n".join(report.table)
    assert report.calls > 80


def test_a_failure_that_nobody_explained_is_a_complaint() -> None:
    assert complaints([FAILED], [KNOWN], [NODE]) == []
    for other in (
        replace(FAILED, failure="500"),
        replace(FAILED, kind="RSA"),
        replace(FAILED, method="tracking.createTracking"),
        replace(FAILED, sdk=PYTHON[0]),
    ):
        assert complaints([FAILED, other], [KNOWN], [NODE]) == [
            f"{other.sdk}, {other.method}, {other.kind}: {other.failure}"
        ]


def test_a_known_failure_that_is_gone_is_a_complaint() -> None:
    gone = replace(FAILED, failure="")
    assert complaints([gone], [KNOWN], [NODE]) == [
        "known_failures.yaml: @aftership/tracking-sdk 17.0.0 tracking.getTrackings AES no longer fails so"
    ]
    assert complaints([], [KNOWN], [NODE]) != []
    # One that was not tried says nothing.
    assert complaints([], [KNOWN], PYTHON) == []


def test_an_entry_about_an_sdk_that_is_never_tried_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(
        "- {sdk: nobody, releases: ['1'], methods: [], kinds: [], failure: x, reason: x, evidence: x}\n"
    )
    with pytest.raises(ValueError, match="nobody 1 is never tried"):
        known_failures.read(path)
    assert all(entry.reason and entry.evidence for entry in known_failures.read())


class NoMock:
    """Takes seeds, and does nothing with them."""

    def seed(self, version: str, **fields: Any) -> str:
        return "an-id"


def test_a_method_that_no_operation_is_like_is_not_forgotten() -> None:
    nowhere: Any = NoMock()
    with pytest.raises(UnknownMethodError, match="2026-07 has no operation fly-away"):
        prepare("tracking.flyAway", ["id"], "2026-07", nowhere, "")
    with pytest.raises(UnknownMethodError, match="nobody knows what to give for wings"):
        prepare("tracking.getTrackingById", ["id", "wings"], "2026-07", nowhere, "")
    assert operations_without(["tracking.getTrackingById"], "2026-07")[:2] == [
        "create-tracking",
        "delete-courier-connections-by-id",
    ]


def test_the_table_tells_known_failures_from_others() -> None:
    outcomes = [FAILED, replace(FAILED, kind="RSA"), replace(FAILED, kind="API_KEY", failure="")]
    shown = table.lines(outcomes, [KNOWN])
    assert [line.split() for line in shown[:4:3]] == [
        ["method", "node", NODE.release],
        ["get-trackings", "Ka!"],
    ]
    assert {sdk.version for sdk in ALL} >= {"2024-04", "2026-07"}
