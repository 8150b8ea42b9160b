"""The rules for values: properties, models, enums, and the schemas of parameters.

One row is one kind of change and gives up to four rules, one for each area: `request-`, `response-`,
`webhook-` and `parameter-`. What a webhook brings is read like a response, so both have one level.

Two judgements that may surprise. A value that can be null from now on is breaking where it is read: code
that used it without a check fails in production, and its type changes from `X` to `X | None`. A changed
default is breaking where it is sent, although all types are equal: the same call does something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.diff.comparing.finding import rule_id
from generator.diff.rules.change import Level, Rule

B, W, C, I = Level.BREAKING, Level.WARNING, Level.COMPATIBLE, Level.INFO  # noqa: E741


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of change, and what it means for what is sent, read, and passed as a parameter."""

    kind: str
    sent: Level | None
    read: Level | None
    passed: Level | None
    text: str
    reason: str


ROWS = (
    Row("property-added", C, C, None, "`{subject}` was added ({new}).",
        "Nobody must send it, nobody must read it."),
    Row("required-property-added", B, None, None, "`{subject}` was added and must be sent ({new}).",
        "Requests without it are refused."),
    Row("property-removed", B, B, None, "`{subject}` was removed.",
        "It is no longer accepted, or no longer comes."),
    Row("property-renamed", B, B, None, "`{subject}` was renamed to `{new}`.",
        "The old name is no longer accepted, or no longer comes."),
    Row("property-moved", B, B, None, "`{subject}` was removed; the value moved to `{new}`.",
        "The old path is gone."),
    Row("property-became-required", B, C, None, "`{subject}` became required.",
        "Requests without it are refused; a response that always has it is easier to read."),
    Row("property-became-optional", C, B, None, "`{subject}` became optional.",
        "A response may lack it, and code that reads it without a check fails."),
    Row("property-became-always-sent", None, C, None, "A full response always has `{subject}`.",
        "Code that expects that it is absent, or null, still works."),
    Row("property-became-doubtful", None, B, None, "A full response may lack `{subject}`.",
        "It is no longer proven that it comes, so its type allows null from now on."),
    Row("property-became-sometimes-sent", None, B, None, "A full response may leave out `{subject}`.",
        "Code that reads it without a check fails, and its type changes."),
    Row("property-deprecated", W, W, W, "`{subject}` was deprecated.", "It will go in a later version."),
    Row("property-deprecation-changed", W, W, W, "What is said about the deprecation of `{subject}` changed.",
        "It goes at another time, or something else is to be used instead."),
    Row("property-undeprecated", I, I, I, "`{subject}` is no longer deprecated.", "It stays."),
    Row("property-meaning-changed", I, I, I, "The description of `{subject}` changed: {new}",
        "The shape is the same; people should read what it means now."),
    Row("property-type-changed", B, B, B, "The type of `{subject}` changed from {old} to {new}.",
        "A value of the old type is refused or does not come."),
    Row("property-type-widened", C, B, C, "The type of `{subject}` was widened from {old} to {new}.",
        "More is accepted; but what is read can be of a type that code does not expect."),
    Row("property-type-narrowed", B, C, B, "The type of `{subject}` was narrowed from {old} to {new}.",
        "What was accepted is refused; what is read was expected before."),
    Row("property-became-nullable", C, B, C, "`{subject}` can be null.",
        "Code that reads it without a check for null fails, and its type changes."),
    Row("property-became-not-nullable", B, C, B, "`{subject}` can no longer be null.",
        "A null that is sent is refused; a null that does not come breaks nothing."),
    Row("default-added", W, I, W, "`{subject}` got the default {new}.",
        "What happens without it was not documented before."),
    Row("default-removed", W, I, W, "`{subject}` lost its default, which was {old}.",
        "What happens without it is no longer documented."),
    Row("default-changed", B, W, B, "The default of `{subject}` changed from {old} to {new}.",
        "The same call does something else, although all types are equal."),
    Row("constraint-tightened", B, C, B, "A constraint on `{subject}` was tightened: {old} became {new}.",
        "Values that were accepted are refused."),
    Row("constraint-loosened", C, W, C, "A constraint on `{subject}` was loosened: {old} became {new}.",
        "More is accepted; what is read can lie outside of what code expects."),
    Row("constraint-changed", B, W, B, "A constraint on `{subject}` changed: {old} became {new}.",
        "Nobody knows which of the old values still fit."),
    Row("time-shape-added", C, W, C, "`{subject}` can also be a time of the form {new}.",
        "More is accepted; but code that parses it by one form meets another."),
    Row("time-shape-removed", B, C, B, "`{subject}` is no longer a time of the form {old}.",
        "Times of that form are refused, or do not come any more."),
    Row("enum-value-added", C, W, C, "`{subject}` got the value `{new}`.",
        "More can be sent; code that names every value it reads meets a new one."),
    Row("enum-value-removed", B, B, B, "`{subject}` lost the value `{old}`.",
        "It is refused or does not come, and the client has no name for it."),
    Row("enum-value-renamed", B, B, B, "The value `{old}` of `{subject}` was renamed to `{new}`.",
        "Code that names or compares it must change."),
    Row("enum-value-split", B, B, B, "The value `{old}` of `{subject}` was split into `{new}`.",
        "Code that names or compares it must know which of the new ones it means."),
    Row("enum-value-joined", B, B, B, "The value `{old}` of `{subject}` was joined into `{new}`.",
        "Code that names or compares it must change, and can no longer tell it from the others."),
    Row("enum-meaning-changed", W, W, W, "The meaning of `{old}` in `{subject}` changed: {new}",
        "Code that names the value runs as before, and may do so for another reason than it should."),
    Row("enum-meaning-declared", I, I, I, "The meaning of `{old}` in `{subject}` is documented: {new}",
        "The value is the same; before, nobody said what it means."),
    Row("enum-name-changed", B, B, B,
        "The client calls the value `{old}` of `{subject}` {new}.",
        "Code that names the member fails; without a name of its own it is called after its value."),
    Row("enum-level-changed", W, W, W, "The level of the value `{old}` of `{subject}` is {new}.",
        "Code that compares levels may take another branch."),
    Row("enum-closed", B, C, B, "`{subject}` accepts only its known values.", "Other values are refused."),
    Row("enum-opened", C, W, C, "`{subject}` is no longer limited to known values.",
        "More can be sent; other values can come."),
    Row("enum-named", C, C, C, "The known values of `{subject}` are named: {new}.",
        "They were free strings before, and other values are still legal."),
    Row("enum-unnamed", W, W, W, "The values of `{subject}` are no longer named.",
        "The client has no names for them any more; the values stay legal."),
    Row("model-renamed", W, W, None, "The model `{old}` is now called `{new}`.",
        "Code that imports it or names it in annotations must change."),
    Row("model-replaced", W, W, None, "`{new}` replaced `{old}`.",
        "Annotations must change. What it lacks is listed on its own."),
)  # fmt: skip


def rules() -> Iterator[Rule]:
    """The rules of all rows, with their areas."""
    for row in ROWS:
        for area, level in _areas(row):
            yield Rule(rule_id(area, row.kind), level, row.text, row.reason)


def _areas(row: Row) -> Iterator[tuple[str, Level]]:
    levels = (("request", row.sent), ("response", row.read), ("webhook", row.read), ("parameter", row.passed))
    return ((area, level) for area, level in levels if level is not None)
