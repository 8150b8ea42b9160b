"""The rule about texts that nobody has written yet."""

from __future__ import annotations

from generator.document.left_texts import TODO, left_texts
from generator.lint.rule import Hits, rule
from generator.lint.view import View


@rule("text-left", "Docstrings and pages would show what `propose` left for people to write.")
def text_left(view: View) -> Hits:
    for pointer, text in left_texts(view.raw):
        yield pointer, f'The text "{text}" is left to be written. Replace it, without {TODO}'
