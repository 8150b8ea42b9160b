"""The outcomes as a table: methods down, releases across."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interop_support.calls import operation_of
from interop_support.known_failures import KnownFailure
from interop_support.sandbox import KINDS
from interop_support.trial import ERROR, Outcome

_LETTERS = {"API_KEY": "K", "AES": "A", "RSA": "R"}


def lines(outcomes: Sequence[Outcome], known: Iterable[KnownFailure]) -> list[str]:
    """Return the table and what its signs mean. A method has the name of the operation in the document."""
    entries = tuple(known)
    columns = list(
        dict.fromkeys((each.sdk.language, each.sdk.release, each.sdk.version) for each in outcomes)
    )
    rows: dict[str, dict[str, list[Outcome]]] = {}
    for each in outcomes:
        row = rows.setdefault(each.method if each.method == ERROR else operation_of(each.method), {})
        row.setdefault(f"{each.sdk.language} {each.sdk.release}", []).append(each)
    heads = [f"{language} {release}" for language, release, _ in columns]
    table = [
        ["method", *heads],
        ["speaks", *(version for *_, version in columns)],
        *([name, *(_cell(row.get(head, ()), entries) for head in heads)] for name, row in _ordered(rows)),
    ]
    widths = [max(len(row[index]) for row in table) for index in range(len(table[0]))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
    texts.insert(2, "-" * len(texts[0]))
    return [
        *(text.rstrip() for text in texts),
        "",
        "K: with an API key, A: signed with AES, R: signed with RSA. A small letter is a known failure of",
        "the SDK, !: a failure that nobody explained, -: the SDK has no such method.",
    ]


def _ordered(rows: dict[str, dict[str, list[Outcome]]]) -> list[tuple[str, dict[str, list[Outcome]]]]:
    return sorted(rows.items(), key=lambda row: (row[0] == ERROR, row[0].split("-")[1:], row[0]))


def _cell(outcomes: Iterable[Outcome], known: tuple[KnownFailure, ...]) -> str:
    by_kind = {each.kind: each for each in outcomes}
    if not by_kind:
        return "-"
    return "".join(_sign(by_kind[kind], known) for kind in KINDS if kind in by_kind)


def _sign(outcome: Outcome, known: tuple[KnownFailure, ...]) -> str:
    letter = _LETTERS[outcome.kind]
    if not outcome.failure:
        return letter
    return letter.lower() if any(entry.covers(outcome) for entry in known) else "!"
