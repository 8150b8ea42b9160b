"""What to do about a change, one sentence for each kind that deserves a look."""

from __future__ import annotations

from generator.diff.change import Level, Rule

_BY_ID = {
    "operation-removed": "Stop calling it.",
    "operation-deprecated": "Plan to do without it.",
    "client-method-renamed": "Call it by its new name.",
    "operation-meaning-changed": "Read what it does now, and check that your code expects it.",
    "operation-path-changed": "Call the new path.",
    "operation-verb-changed": "Use the new method.",
    "server-changed": "Call the new address.",
    "parameter-style-changed": "Write it the new way.",
    "request-body-removed": "Send no body.",
    "required-request-body-added": "Send the body.",
    "request-body-became-required": "Send the body.",
    "response-body-removed": "Do not read the answer.",
    "request-wrapper-changed": "Send the fields in the new wrapper, or bare if there is none.",
    "response-wrapper-changed": "Read the result from its new place.",
    "success-status-changed": "Do not compare the status, or compare the new one.",
    "error-status-added": "Decide what to do when it comes.",
    "pagination-added": "Iterate over the result to get all items.",
    "pagination-removed": "Use the result as it is; there are no further pages.",
    "pagination-changed": "Iterating over the result works as before. Change code that asks for a page.",
    "page-size-limit-lowered": "Ask for smaller pages.",
    "page-size-default-changed": "Say the size of a page where it matters.",
    "limit-lowered": "The client keeps to it by itself; expect calls in a row to take longer.",
    "limit-changed": "The client keeps to it by itself; check settings of your own.",
    "error-code-added": "Decide what to do when it comes.",
    "error-changed": "Look for the new status or type.",
    "behaviour-added": "Check that your code expects it.",
    "behaviour-removed": "Send what the documentation asks for; it is no longer put right for you.",
    "behaviour-changed": "Check that your code expects it.",
    "retry-restricted": "Repeat it yourself if you have to.",
    "header-constant-changed": "Compare with the new value.",
    "webhook-removed": "Do not wait for it.",
    "security-alternative-removed": "Sign in another way.",
    "security-scope-added": "Ask for a token with that scope.",
    "security-scheme-changed": "Sign in the new way.",
    "model-renamed": "Use the new name in imports and annotations.",
    "model-replaced": "Use the new name in annotations.",
    "response-enum-value-added": "Handle it where you name every value; it is read without an error.",
    "webhook-enum-value-added": "Handle it where you name every value; it is read without an error.",
    "request-property-type-changed": "Send the new type.",
    "request-property-type-narrowed": "Send only what is left of the type.",
    "request-property-became-not-nullable": "Send no null; leave it out.",
    "request-property-became-required": "Send it with every call.",
    "required-property-added": "Send it with every call.",
}

_BY_ENDING = {
    "media-type-added": "Check code that looks at the content type.",
    "media-type-removed": "Use another content type.",
    "required-query-parameter-added": "Send it with every call.",
    "required-header-parameter-added": "Send it with every call.",
    "parameter-removed": "Stop sending it.",
    "renamed": "Use the new name.",
    "moved": "Use the new place.",
    "property-removed": "Stop using it.",
    "became-required": "Send it with every call.",
    "became-optional": "Expect that it is absent.",
    "deprecated": "Plan to do without it.",
    "type-changed": "Adapt code that uses it to the new type.",
    "type-widened": "Expect values of the new types.",
    "type-narrowed": "Send only what is left of the type.",
    "became-not-nullable": "Send no null; leave it out.",
    "became-nullable": "Ask for null before using it.",
    "default-added": "Say the value where it matters.",
    "default-removed": "Say the value where it matters.",
    "default-changed": "Say the value where it matters.",
    "constraint-tightened": "Send only values that fit.",
    "constraint-loosened": "Expect values that did not come before.",
    "constraint-changed": "Check your values against the new constraint.",
    "time-shape-added": "Parse it with `.datetime` or `.date`, which know all forms.",
    "time-shape-removed": "Send another form.",
    "enum-value-removed": "Stop using it.",
    "enum-closed": "Send only known values.",
    "enum-opened": "Expect unknown values.",
    "enum-unnamed": "Write the values as text.",
    "header-removed": "Stop reading it.",
    "header-changed": "Check code that reads it.",
}


def advice(rule: Rule) -> str:
    """What to do, or nothing where nothing must be done."""
    if rule.level not in (Level.BREAKING, Level.WARNING):
        return ""
    bare = rule.id.partition("-")[2]
    known = _BY_ID.get(rule.id) or _BY_ID.get(bare)
    if known:
        return known
    endings = [ending for ending in _BY_ENDING if rule.id.endswith(ending)]
    return _BY_ENDING[max(endings, key=len)] if endings else ""
