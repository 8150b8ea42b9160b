"""The exceptions that the command line prints, each as one line for the person who called it.

`SpecError` is a mistake in a document, `RefusedError` is a command that cannot do what was requested. A
traceback therefore always means a fault of the generator itself.
"""

from __future__ import annotations


class SpecError(Exception):
    """A document cannot be read, composed or resolved.

    `file` is the name as it is printed; `line` and `column` count from 1; `pointer` is a JSON Pointer without
    the leading `#`. `message` is one sentence; `hint` says what to do and may be empty.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str,
        line: int | None = None,
        column: int | None = None,
        pointer: str | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.hint = hint

    def __str__(self) -> str:
        """The error as `file:line: #pointer: sentence`, leaving out what is not known."""
        where = f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        if self.pointer is not None:
            where += f"#{self.pointer}: "
        return where + " ".join(sentence for sentence in (self.message, self.hint) if sentence)


class RefusedError(Exception):
    """A command stops before it has changed anything.

    `message` says why in one sentence, `hint` says what to do. `misused`: the command was called wrongly.
    """

    def __init__(self, message: str, hint: str, *, misused: bool = False) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.misused = misused


def why_not_written(error: OSError) -> str:
    """Why a file or folder cannot be written, for people: the system only says "File exists" of a file that
    stands where a folder is needed.
    """
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a folder on its way is a file"
    return error.strerror or type(error).__name__
