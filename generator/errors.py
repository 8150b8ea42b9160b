"""The exceptions of the generator's front, each one line for the person at the command line.

`SpecError` is a mistake in a document, `RefusedError` a command that cannot do what it was asked to. A
traceback therefore always means a fault of the generator itself.
"""

from __future__ import annotations


class SpecError(Exception):
    """A document cannot be read, composed or resolved.

    `file` is the name as it is shown; `line` and `column` count from 1; `pointer` is a JSON Pointer without
    the leading `#`. `message` is one sentence; `cure` says what to do and may be empty.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str,
        line: int | None = None,
        column: int | None = None,
        pointer: str | None = None,
        cure: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.cure = cure

    def __str__(self) -> str:
        """The error as `file:line: #pointer: sentence`, leaving out what is not known."""
        where = f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        if self.pointer is not None:
            where += f"#{self.pointer}: "
        return where + " ".join(text for text in (self.message, self.cure) if text)


class RefusedError(Exception):
    """A command stops before it has changed anything.

    `message` says why in one sentence, `cure` what to do. `misused`: the command was called wrongly.
    """

    def __init__(self, message: str, cure: str, *, misused: bool = False) -> None:
        super().__init__(f"{message} {cure}")
        self.misused = misused
