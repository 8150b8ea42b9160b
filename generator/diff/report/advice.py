"""What to do about a change, one sentence for each kind that deserves a look."""

from __future__ import annotations

import re

from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.samples import keywords
from generator.diff.rules.change import Change, Level, Rule

_NEW_VALUE = "Handle {it|them} where you name every value; {it is|they are} read without an error."

_BY_ID = {
    "operation-removed": "Stop calling {it|them}.",
    "operation-deprecated": "Plan to do without {it|them}.",
    "client-method-renamed": "Call {it by its new name|them by their new names}.",
    "operation-meaning-changed": "Read what {it does|they do} now, and check that your code expects it.",
    "operation-path-changed": "Call the new path.",
    "operation-verb-changed": "Use the new method.",
    "support-end-declared": "Move to a newer version before.",
    "support-end-changed": "Move to a newer version before.",
    "server-changed": "Call the new address.",
    "parameter-style-changed": "Write it the new way.",
    "request-body-removed": "Send no body.",
    "required-request-body-added": "Send the body.",
    "request-body-became-required": "Send the body.",
    "response-body-removed": "Do not read a body.",
    "request-wrapper-changed": "Send the fields in the new wrapper, or bare if there is none.",
    "response-wrapper-changed": "Read the result from its new path.",
    "success-status-changed": "Do not compare the status, or compare the new one.",
    "error-status-added": "Decide what to do when it comes.",
    "pagination-added": "Iterate over the result to get all items.",
    "pagination-removed": "Use the result as it is; it has no further pages.",
    "pagination-changed": "Iterating over the result works as before. Change code that requests a page.",
    "page-size-limit-lowered": "Request smaller pages.",
    "page-size-default-changed": "Pass the page size explicitly if your code depends on it.",
    "limit-lowered": "The client respects {it|them} by itself; expect calls in a row to take longer.",
    "limit-changed": "The client respects it by itself; check settings of your own.",
    "error-code-added": "Decide what to do when it comes.",
    "error-changed": "Look for the new status or type.",
    "behaviour-added": "Check that your code expects it.",
    "behaviour-removed": "Send what the documentation requires; it is no longer corrected for you.",
    "behaviour-changed": "Check that your code expects it.",
    "retry-restricted": "Repeat it yourself if you have to.",
    "header-constant-changed": "Replace the old value in comparisons.",
    "webhook-added": (
        'Give it a handler, `@router.on("{event}")`; until then the fallback of your router gets it.'
    ),
    "webhook-removed": "Do not wait for it.",
    "security-alternative-removed": "Authenticate with another scheme.",
    "security-scope-added": "Request a token with that scope.",
    "security-scheme-changed": "Authenticate with the changed scheme.",
    "model-renamed": "Use the new {name|names} in imports and annotations.",
    "model-replaced": "Use the new {name|names} in annotations.",
    "response-enum-value-added": _NEW_VALUE,
    "webhook-enum-value-added": _NEW_VALUE,
    "request-property-type-changed": "Send the new {type|types}.",
    "request-property-became-not-nullable": "Send no null; leave {it|them} out.",
    "request-property-became-required": "Send {it|them} with every call.",
    "required-property-added": "Send {it|them} with every call.",
}

_BY_ENDING = {
    "media-type-added": "Check code that looks at the content type.",
    "media-type-removed": "Use another content type.",
    "required-query-parameter-added": "Send {it|them} with every call.",
    "required-header-parameter-added": "Send {it|them} with every call.",
    "parameter-removed": "Stop sending {it|them}.",
    "renamed": "Use the new {name|names}.",
    "moved": "Use the new {path|paths}.",
    "property-removed": "Stop using {it|them}.",
    "became-required": "Send {it|them} with every call.",
    "became-optional": "Expect that {it is|they are} absent.",
    "deprecated": "Plan to do without {it|them}.",
    "type-changed": "Adapt code that uses {it to the new type|them to the new types}.",
    "type-widened": "Expect values of the new types.",
    "type-narrowed": "Pass {value}; other forms are no longer accepted.",
    "became-not-nullable": "Send no null; leave {it|them} out.",
    "became-sometimes-sent": "Expect that {it is|they are} absent.",
    "became-doubtful": "Check for null before using {it|them}.",
    "became-nullable": "Check for null before using {it|them}.",
    "default-added": "Pass the value explicitly if your code depends on it.",
    "default-removed": "Pass the value explicitly if your code depends on it.",
    "default-changed": "Pass the value explicitly if your code depends on it.",
    "constraint-tightened": "Send only values that fit.",
    "constraint-loosened": "Expect values that did not come before.",
    "constraint-changed": "Check your values against the new constraint.",
    "time-shape-added": "Parse {it|them} with `.datetime` or `.date`, which know all forms.",
    "time-shape-removed": "Send another form.",
    "enum-value-removed": "Stop using {it|them}.",
    "deprecation-changed": "Plan to do without {it|them}.",
    "page-reach-lowered": "Narrow the list by its filters.",
    "webhook-body-removed": "Do not read a body.",
    "enum-name-changed": "Use the new {name|names}.",
    "enum-level-changed": "Check code that compares levels.",
    "enum-value-split": "Expect each of the new values, and send the one that you mean.",
    "enum-value-joined": "Use the new value.",
    "enum-meaning-changed": "Check that your code means the same by {it|them}.",
    "enum-closed": "Send only known values.",
    "enum-opened": "Expect unknown values.",
    "enum-unnamed": "Write the values as strings.",
    "header-removed": "Stop reading it.",
    "header-changed": "Check code that reads it.",
}


_BY_CHOICE = re.compile(r"\{([^|{}]*)\|([^|{}]*)\}")
_ARTICLES = {"list": "a ", "map": "a ", "number": "a ", "string": "a ", "integer": "an "}
_ITEMS = re.compile(r"(?<=list of )(string|number|integer)\b")
_REQUIRED = ("became-required", "required-property-added")


def advice_template(rule: Rule) -> str:
    """What to do about one change of this kind, or an empty string if there is nothing to do.

    `{it|them}` is for one or several subjects, `{value}` stands for the new type.
    """
    if rule.level not in (Level.BREAKING, Level.WARNING):
        return ""
    bare = rule.id.partition("-")[2]
    known = _BY_ID.get(rule.id) or _BY_ID.get(bare)
    if known:
        return known
    endings = [ending for ending in _BY_ENDING if rule.id.endswith(ending)]
    return _BY_ENDING[max(endings, key=len)] if endings else ""


def advice_for(change: Change, *, several: bool = False) -> str:
    """What to do about a change, or about several of which it is one."""
    text = advice_template(change.rule)
    if change.rule.id == "operation-removed" and change.successor:
        by_number = change.subject.endswith("_by_number")
        text = (
            "Call the {method|methods} by id instead." if by_number else f"Call `{change.successor}` instead."
        )
    if change.rule.id == "behaviour-changed" and change.successor:
        text = f"Call `{change.successor}` to get the same."
    if change.rule.id == "operation-deprecated" and change.successor:
        text = "Move to the {method|methods} by id in good time."
    if change.rule.id.endswith("enum-value-split") and Direction.REQUEST not in change.directions:
        text = "Expect each of the new values."
    method, path = change.within
    if path and change.rule.id.endswith(_REQUIRED):
        text = f"Give {{it|them}} whenever you send that object: `{method}({keywords([path])[0]})`."
    if "[]" in change.moved and change.arguments:
        text += (
            " In an update, give all items with all of their fields: how the service treats a partial list is"
            " not known, and the mock replaces what it has."
        )
    text = _BY_CHOICE.sub(lambda match: match[2 if several else 1], text)
    value = _ITEMS.sub(r"\1s", change.new)
    text = text.replace("{event}", change.subject)
    return text.replace("{value}", _ARTICLES.get(value.partition(" ")[0], "") + value)
