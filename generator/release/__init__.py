"""A release of the package: which version comes next, what CHANGELOG.md says, and what is built from it.

`changelog` and `decision` take values and return values; `repository` asks git; `artefacts` builds and
checks; `inspection` is a script of its own that runs in a clean environment; `command` puts them in order.
"""

from __future__ import annotations

from generator.release.command import release

__all__ = ["release"]
