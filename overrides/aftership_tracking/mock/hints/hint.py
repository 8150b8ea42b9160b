"""A hint: one sentence about a request, what to do, and how sure the mock is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

HintSource = Literal["documented", "sdk", "observed", "inferred", "mock"]
"""How a hint is known: from documentation, official clients, recorded responses; concluded; or because it is
about the mock itself."""

MOST_CHARACTERS = 2000
"""A header of hints ends here."""
_MOST_OF_A_NAME = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """One hint.

    It holds no value of the request, because it is written to a header and to the journal. Names of
    parameters and fields that the caller invented are shortened (see `shown`).

    Attributes:
        id: what kind of hint it is, in kebab case. It stays the same when the words change.
        sentence: what the mock saw, beginning with where: `query page: ...`.
        advice: what to do; empty where there is nothing to do.
        source: how the mock knows.
    """

    id: str
    sentence: str
    advice: str = ""
    source: HintSource = "mock"

    def __str__(self) -> str:
        return f"{self.sentence}. {self.advice}" if self.advice else self.sentence


def plain(text: str) -> Hint:
    """Return a hint that is only a sentence. What stands before its colon becomes the id."""
    first = re.match(r"[a-z]+", text)
    return Hint(id=first[0] if first else "note", sentence=text)


def write_hints(hints: Iterable[Hint]) -> str | None:
    """Return hints as one line; None without any."""
    return "; ".join(str(hint) for hint in hints) or None


def as_header(text: str) -> str:
    """Return a line of hints as the value of a header: printable ASCII, and not too long."""
    escaped = text.encode("ascii", "backslashreplace").decode("ascii")
    printable = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in escaped)
    return printable if len(printable) <= MOST_CHARACTERS else f"{printable[: MOST_CHARACTERS - 3]}..."


def shown(name: str) -> str:
    """Return a name that the caller invented as it may be shown: printable, and not too long."""
    safe = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in name)
    return safe if len(safe) <= _MOST_OF_A_NAME else f"{safe[:_MOST_OF_A_NAME]}..."


def ranges(versions: Iterable[str], known: tuple[str, ...]) -> str:
    """Write versions as ranges of `known`: of neighbours, only the first and the last."""
    runs: list[list[str]] = []
    for version in versions:
        if runs and known.index(version) == known.index(runs[-1][-1]) + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
