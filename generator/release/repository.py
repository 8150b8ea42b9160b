"""What a release needs from git: whether everything is committed, and which documents a tag holds."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import RefusedError

_DOCUMENT = re.compile(r"generated/aftership_tracking/v(\d{4})_(\d{2})/openapi\.json\Z")


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository around the project."""

    root: Path

    def changed(self) -> list[str]:
        """Files that differ from the last commit, new ones too."""
        listed = self._git("status", "--porcelain", "--untracked-files=normal")
        return [line[3:] for line in listed.splitlines()]

    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD").strip()

    def is_at(self, tag: str) -> bool:
        """Whether the tree is what the tag names, with nothing changed since."""
        return self.has_tag(tag) and self._commit(tag) == self.head() and not self.changed()

    def has_tag(self, tag: str) -> bool:
        """Whether there is such a tag here."""
        return tag in self._git("tag", "--list", tag).split()

    def merged_tags(self) -> list[str]:
        """The tags of the history of the commit that is checked out."""
        return self._git("tag", "--merged", "HEAD").split()

    def released_documents(self, tag: str) -> dict[str, str]:
        """API version to document, as JSON text, as they were at a tag. Raises `RefusedError` without it."""
        self._refuse_missing(tag)
        return self.documents(tag)

    def documents(self, revision: str) -> dict[str, str]:
        """The same for anything that git can name. Raises `RefusedError` when it cannot."""
        commit = self._commit(revision)
        listed = self._git("ls-tree", "-r", "--name-only", commit, "generated").splitlines()
        found = {f"{match[1]}-{match[2]}": path for path in listed if (match := _DOCUMENT.match(path))}
        return {version: self._git("show", f"{commit}:{path}") for version, path in sorted(found.items())}

    def files(self, tag: str, paths: Sequence[str]) -> dict[str, str]:
        """Path to content of the files at or below these paths, as they were at a tag. Raises `RefusedError`
        without the tag.
        """
        self._refuse_missing(tag)
        listed = self._git("ls-tree", "-r", "--name-only", tag, "--", *paths).splitlines()
        return {path: self._git("show", f"{tag}:{path}") for path in listed}

    def _commit(self, revision: str) -> str:
        self.head()  # outside of a checkout it says so
        try:
            return self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
        except RefusedError:
            raise RefusedError(
                f"git knows no commit {revision!r}.", "Name a branch, a tag or a commit; fetch it first."
            ) from None

    def _refuse_missing(self, tag: str) -> None:
        if not self.has_tag(tag):
            raise RefusedError(
                f"The tag {tag} of the last release is missing, so nobody knows what was in it.",
                f"Run git fetch --tags, or git tag {tag} COMMIT.",
            )

    def _git(self, *arguments: str) -> str:
        try:
            completed = subprocess.run(  # noqa: S603 - the commands are our own
                ["git", *arguments],  # noqa: S607 - git is where the user has it
                cwd=self.root,
                capture_output=True,
                text=True,
                check=True,
                encoding="utf-8",
            )
        except FileNotFoundError:
            raise RefusedError("git was not found.", "Install it.") from None
        except subprocess.CalledProcessError as error:
            reason = str(error.stderr).strip().splitlines()[:1] or ["no reason given"]
            raise RefusedError(
                f"git {arguments[0]} failed: {reason[0]}.", "This needs a git checkout with a commit."
            ) from None
        return completed.stdout
