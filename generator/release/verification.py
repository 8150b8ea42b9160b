"""What must hold before a release is written: the tests pass, on exactly what is committed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.document.compose import compose_each
from generator.errors import RefusedError
from generator.lint.versions import lint_versions
from generator.release.repository import Repository

TESTS = ("make", "test", "pages")
# With these the environment could make the command do less than it says: leave tests out, ignore failures,
# skip assertions, or try fewer examples.
_UNWANTED = frozenset(
    {
        *(
            "MAKEFLAGS",
            "MFLAGS",
            "GNUMAKEFLAGS",
            "MAKEFILES",
            "MAKELEVEL",
            "PYTEST_ADDOPTS",
            "PYTEST_PLUGINS",
        ),
        *("PYTHONOPTIMIZE", "UPDATE_SNAPSHOTS", "DEPTH", "DOCUMENTS", "CONTRACT_EXAMPLES"),
        *("SCHEMATHESIS_EXAMPLES", "AFTERSHIP_WEBHOOK_EVENTS", "WEBHOOK_SERVERS", "BULK_KILLS"),
        *("BULK_INTERRUPTS", "CSV_ROWS", "FORKED_CHILDREN"),
    }
)


def lint_problem(root: Path) -> str:
    """The first finding of the lint and how many there are, or nothing. Raises `SpecError`."""
    documents = compose_each(root / "spec")
    findings = lint_versions(documents, [document.version for document in documents])
    if not findings:
        return ""
    count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings, the first"
    return f"the lint has {count}: {findings[0]}"


def refuse_failing_tests(root: Path) -> None:
    """Run the tests of the project, their output beside ours. Raises `RefusedError` when they fail."""
    sys.stdout.flush()
    environment = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    code = subprocess.run(TESTS, cwd=root, env=environment, check=False).returncode  # noqa: S603 - our own
    if code:
        raise RefusedError(
            f"The tests failed: {' '.join(TESTS)} ended with exit code {code}.",
            "Nothing was written. Mend what its output names, and commit.",
        )


@contextmanager
def held_still(repository: Repository) -> Iterator[None]:
    """Raise `RefusedError` at the end of the block if the tree is no longer the commit of its beginning."""
    before = repository.head()
    yield
    changed = repository.changed()
    if changed or repository.head() != before:
        what = f"changed: {shorten(changed)}" if changed else "another commit"
        raise RefusedError(
            f"The tree is not the one that was tested ({what}).", "Commit or take it back, and begin again."
        )


def shorten(names: list[str]) -> str:
    """The first names of a list, and how many more there are."""
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
