"""Diagrams that a page describes in the language of Mermaid, as drawings for light and for dark.

mermaidx draws them while the site is built, with Mermaid itself in a small engine of JavaScript. So a reader
loads a picture, and no script of a megabyte. The same in a browser (mermaid-cli) needs 170 MB to build with.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_BLOCK = re.compile(r"^```mermaid\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL)
# Closer together than the default, so that words can be read at the width of a page.
_SPACING = {
    "flowchart": {
        "nodeSpacing": 18,
        "rankSpacing": 34,
        "padding": 8,
        "diagramPadding": 4,
        "subGraphTitleMargin": {"top": 6, "bottom": 10},
    }
}
_THEMES = {"light": "neutral", "dark": "dark"}
_ALTERNATIVE = "A diagram. The Markdown of this page has its source."


def draw_diagrams(page: str, text: str) -> tuple[str, dict[str, bytes]]:
    """Return a page with pictures instead of diagrams, and the pictures, which stand beside the page."""
    drawings: dict[str, bytes] = {}

    def draw(found: re.Match[str]) -> str:
        number = len(drawings) // len(_THEMES) + 1
        pictures = []
        for mode, theme in _THEMES.items():
            name = f"{PurePosixPath(page).stem}-diagram-{number}-{mode}.svg"
            drawings[name] = _draw(found["source"], theme).encode()
            pictures.append(f"```{{image}} {name}\n:class: only-{mode}\n:alt: {_ALTERNATIVE}\n```\n")
        return ":::{div} diagram\n" + "\n".join(pictures) + ":::"

    return _BLOCK.sub(draw, text), drawings


def _draw(source: str, theme: str) -> str:
    import mermaidx  # it starts an engine, which only pages with a diagram need

    drawing: str = mermaidx.render(source, theme=theme, config=_SPACING).svg()
    return drawing
