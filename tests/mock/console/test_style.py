"""The style sheet: enough contrast in both schemes, and nothing from elsewhere."""

from __future__ import annotations

import re

import pytest

from aftership_tracking.mock.console.static_files import read_static

FOUND = read_static("console", "console.css")
assert FOUND is not None
SHEET = re.sub(r"/\*.*?\*/", "", FOUND[0].decode(), flags=re.DOTALL)
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
)
TEXT = 4.5
"""The contrast of text, by WCAG 2.2 at level AA."""
EDGE = 3.0
"""The same of what shows where something can be used."""
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("ink", "muted", "accent")
        for ground in ("ground", "surface", "sunken")
    ),
    *((kind, f"{kind}-ground", TEXT) for kind in ("good", "bad", "warn", "info")),
    *(("ink", f"{kind}-ground", TEXT) for kind in ("good", "bad", "warn", "info")),
    ("muted", "warn-ground", TEXT),
    ("on-accent", "accent", TEXT),
    *((kind, ground, TEXT) for kind in ("bad", "warn") for ground in ("surface", "sunken")),
    *(("edge", ground, EDGE) for ground in ("ground", "surface")),
    *(("info", ground, EDGE) for ground in ("ground", "surface")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_written_can_be_read(colours: dict[str, str]) -> None:
    assert LIGHT.keys() == DARK.keys()
    low = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert low == {}


def test_colours_are_properties_and_nothing_is_loaded() -> None:
    rules = re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    assert re.findall(r"url\(|@import|https?:", SHEET) == []


def test_things_move_only_for_those_who_like_it() -> None:
    before, _, after = SHEET.partition("@media (prefers-reduced-motion: no-preference) {")
    assert "animation" not in before
    assert "transition" not in SHEET
    assert "animation" in after
