"""The numbers of pre-releases and of the final releases that they lead to."""

from __future__ import annotations

from itertools import product

import pytest
from packaging.version import Version

from generator.diff.rules.bump import Bump
from generator.errors import RefusedError
from generator.release.numbers import Phase, first_number, following_number, read_number

RC, B, A = Phase.CANDIDATE, Phase.BETA, Phase.ALPHA


@pytest.mark.parametrize(
    ("last", "final", "step", "phase", "following"),
    [
        ("0.3.0", "0.3.0", Bump.MINOR, RC, "0.3.1rc1"),
        ("0.3.1rc1", "0.3.0", Bump.PATCH, RC, "0.3.1rc2"),
        ("0.3.1rc9", "0.3.0", Bump.PATCH, RC, "0.3.1rc10"),
        ("0.3.1rc2", "0.3.0", Bump.PATCH, None, "0.3.1"),
        # Something that breaks was found on the way.
        ("0.3.1rc2", "0.3.0", Bump.MAJOR, RC, "0.4.0rc1"),
        ("0.3.1rc2", "0.3.0", Bump.MAJOR, None, "0.4.0"),
        ("0.3.1rc2", "0.3.0", Bump.MAJOR, A, "0.4.0a1"),
        # What a pre-release promised is not taken back.
        ("1.0.0rc1", "0.9.0", Bump.PATCH, None, "1.0.0"),
        ("2.0.0a1", "1.4.0", Bump.MINOR, A, "2.0.0a2"),
        ("2.0.0a2", "1.4.0", Bump.MAJOR, B, "2.0.0b1"),
        ("2.0.0b1", "1.4.0", Bump.MAJOR, RC, "2.0.0rc1"),
        # There was no final release yet, or nothing is left of what the pre-release changed.
        ("1.0.0rc1", None, None, RC, "1.0.0rc2"),
        ("1.0.0rc1", None, None, None, "1.0.0"),
        ("1.0.1rc1", "1.0.0", None, None, "1.0.1"),
    ],
)
def test_the_number_after_the_last_one(
    last: str, final: str | None, step: Bump | None, phase: Phase | None, following: str
) -> None:
    number = following_number(Version(last), Version(final) if final else None, step, phase)
    assert str(number) == following


def test_every_number_is_after_the_last_one_and_can_be_followed() -> None:
    chain = 0
    for first, steps in product(("0.9.9", "1.0.0"), product(Bump, repeat=3)):
        last = final = Version(first)
        for step, phase in zip(steps * 2, (A, RC, None, B, RC, None), strict=True):
            try:
                number = following_number(last, final, step, phase)
            except RefusedError:
                continue
            assert number > last
            assert read_number(str(number)) == number
            last, final = number, number if phase is None else final
            chain += 1
    assert chain == 2 * 27 * 6


@pytest.mark.parametrize(("last", "phase"), [("1.0.0rc1", B), ("1.0.0rc3", A), ("1.0.0b2", A)])
def test_no_number_is_before_the_last_one(last: str, phase: Phase) -> None:
    with pytest.raises(RefusedError, match=rf"would come before {last}, which is out. Use --pre (b|rc), or"):
        following_number(Version(last), None, None, phase)


@pytest.mark.parametrize(
    ("version", "phase", "number"),
    [
        ("0.1.0", None, "0.1.0"),
        ("1.0.0", RC, "1.0.0rc1"),
        ("1.0.0rc1", RC, "1.0.0rc1"),
        ("1.0.0b2", B, "1.0.0b2"),
    ],
)
def test_the_first_number(version: str, phase: Phase | None, number: str) -> None:
    assert str(first_number(version, phase)) == number


@pytest.mark.parametrize(("version", "phase"), [("1.0.0rc1", None), ("1.0.0rc1", B)])
def test_a_pre_release_is_never_made_in_silence(version: str, phase: Phase | None) -> None:
    with pytest.raises(RefusedError, match=r"Add --pre rc, or write 1\.0\.0 there"):
        first_number(version, phase)


@pytest.mark.parametrize(
    "text",
    ["1.0", "1.0.0-rc.1", "1.0.0rc", "1.0.0rc01", "01.0.0", "1.0.0.dev1", "1.0.0.post1", "1!1.0.0", "x"],
)
def test_numbers_that_no_release_has(text: str) -> None:
    with pytest.raises(RefusedError, match=r"pyproject\.toml says version .* Write three numbers"):
        read_number(text)
