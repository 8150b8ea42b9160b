"""Why a control request was refused."""

from __future__ import annotations


class ControlError(ValueError):
    """A request to the control API, or a call of the same method, that cannot be done.

    Attributes:
        code: for programs; it does not change.
        status: of the HTTP response.
        message: one sentence that says what is wrong, where, and what to do.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
