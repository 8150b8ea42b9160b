"""What a schema cannot say: paging, limits, errors, repeating, leniency; all declared in `x-` keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diff.comparing.finding import format_value
from generator.diff.comparing.operation_findings import OperationFinding, OperationFindings
from generator.diff.comparing.operation_pairs import Direction, OperationPair, OperationView
from generator.document.document import Document

_RETRIES = ("never", "upsert", "safe")
_MOCK_BEHAVIOUR = {
    ("mistyped-body-fields", "ignored"): "body fields of a wrong type are ignored",
    ("mistyped-required-fields", "missing"): "required fields of a wrong type count as missing",
    ("invalid-time-filters", "default"): "time filters that cannot be read fall back to a default",
    ("completion-checkpoint", "added"): "completing adds a checkpoint",
    ("unfiltered-list", "active"): "without arguments, a list of only what the account has activated",
    ("unfiltered-list", "all"): "a list of all there are",
}
"""The values of `x-mock` in words; one that is not here is shown unchanged."""
_PAGING = ("kind", "items", "page", "cursor", "next", "limit", "has-next", "total")


def compare(pair: OperationPair, findings: OperationFindings) -> None:
    """The behaviour of one operation."""
    _pagination(pair, findings)
    _rate_limit(pair, findings)
    _error_codes(pair, findings)
    _retry(pair, findings)
    _mock(pair, findings)


def compare_errors(old: Document, new: Document, findings: OperationFindings) -> None:
    """The table of all errors. A new code is reported on the operations that can return it."""
    before, after = old.raw.get("x-errors") or {}, new.raw.get("x-errors") or {}
    for code in sorted(before.keys() & after.keys()):
        one, other = before[code], after[code]
        pointer = f"/x-errors/{code}"
        facts = [f"{error.get('status')} {error.get('type')}" for error in (one, other)]
        if facts[0] != facts[1]:
            findings.recorded.append(
                OperationFinding("error-changed", code, pointer, None, "general", facts[0], facts[1])
            )
        if one.get("meaning") != other.get("meaning"):
            meanings = (one.get("meaning", ""), other.get("meaning", ""))
            findings.recorded.append(
                OperationFinding("error-meaning-changed", code, pointer, None, "general", *meanings)
            )


def _pagination(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (view.raw.get("x-pagination") for view in (pair.old, pair.new))
    pointer = f"{pair.new.operation.pointer}/x-pagination"
    side = Direction.RESPONSE
    if before is None and after is not None:
        findings.add("pagination-added", pair.new, pointer, new=_paging(after), direction=side)
    elif before is not None and after is None:
        findings.add("pagination-removed", pair.new, pointer, old=_paging(before), direction=side)
    elif before is not None and after is not None:
        if [before.get(key) for key in _PAGING] != [after.get(key) for key in _PAGING]:
            findings.add(
                "pagination-changed", pair.new, pointer,
                old=_paging(before), new=_paging(after), direction=side,
            )  # fmt: skip
        one, other = before.get("max-limit"), after.get("max-limit")
        if one is not None and other is not None and one != other:
            rule = f"page-size-limit-{'lowered' if other < one else 'raised'}"
            findings.add(
                rule, pair.new, f"{pointer}/max-limit", old=format_value(one), new=format_value(other)
            )
        one, other = before.get("default-limit"), after.get("default-limit")
        if one != other:
            findings.add(
                "page-size-default-changed", pair.new, f"{pointer}/default-limit",
                old=format_value(one), new=format_value(other),
            )  # fmt: skip

        _reach(pair, findings)


def _reach(pair: OperationPair, findings: OperationFindings) -> None:
    """How many items the pages reach; without an end, all of them."""
    before, after = (view.raw["x-pagination"].get("reachable") for view in (pair.old, pair.new))
    kinds = [view.raw["x-pagination"]["kind"] for view in (pair.old, pair.new)]
    if before != after and kinds[0] == kinds[1]:  # another kind is reported as a whole
        is_less = after is not None and (before is None or after < before)
        findings.add(
            f"page-reach-{'lowered' if is_less else 'raised'}", pair.new,
            f"{pair.new.operation.pointer}/x-pagination/reachable",
            old="all" if before is None else str(before), new="all" if after is None else str(after),
            direction=Direction.RESPONSE,
        )  # fmt: skip


def _paging(value: Mapping[str, Any]) -> str:
    parameter = value.get(value["kind"], "")
    return f"{value['kind']} (`{parameter}`, items in `{value.get('items', '')}`)"


def _rate_limit(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = _effective_limit(pair.old), _effective_limit(pair.new)
    if before == after:
        return
    pointer = f"{pair.new.operation.pointer if 'x-rate-limit' in pair.new.raw else ''}/x-rate-limit"
    rule = "limit-changed"
    if before and after:
        rates = [limit["requests"] / limit["seconds"] for limit in (before, after)]
        shared = [limit.get("shared-by") == "organization" for limit in (before, after)]
        if rates[1] < rates[0] or (rates[1] == rates[0] and shared[1] and not shared[0]):
            rule = "limit-lowered"
        elif rates[1] > rates[0] or (shared[0] and not shared[1]):
            rule = "limit-raised"
    findings.add(
        rule, pair.new, pointer,
        old=_format_rate_limit(before), new=_format_rate_limit(after),
        direction=Direction.RESPONSE, together=True,
    )  # fmt: skip


def _effective_limit(view: OperationView) -> Mapping[str, Any]:
    """The limit of the operation, or that of the document if it has none of its own."""
    found: Mapping[str, Any] = view.raw.get("x-rate-limit") or view.document.raw.get("x-rate-limit") or {}
    return found


def _format_rate_limit(limit: Mapping[str, Any]) -> str:
    if not limit:
        return "none"
    seconds = limit["seconds"]
    period = "a second" if seconds == 1 else f"in {seconds} seconds"
    sharing = " for all operations together" if limit.get("shared-by") == "organization" else ""
    return f"{limit['requests']} {period}{sharing}"


def _error_codes(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (_codes(view) for view in (pair.old, pair.new))
    pointer = f"{pair.new.operation.pointer}/x-error-codes"
    for code in sorted(before.keys() | after.keys()):
        if code not in before:
            rule, one, other = "error-code-added", "", str(code)
        elif code not in after:
            rule, one, other = "error-code-removed", str(code), ""
        elif before[code] != after[code]:
            rule, one, other = "error-code-kind-changed", str(code), after[code]
        else:
            continue
        findings.add(rule, pair.new, pointer, old=one, new=other, direction=Direction.RESPONSE, together=True)


def _codes(view: OperationView) -> dict[int, str]:
    return {one["code"]: one.get("kind", "") for one in view.raw.get("x-error-codes") or ()}


def _retry(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (view.raw.get("x-retry", "never") for view in (pair.old, pair.new))
    if before != after:
        relaxed = _RETRIES.index(after) > _RETRIES.index(before)
        rule = "retry-relaxed" if relaxed else "retry-restricted"
        findings.add(rule, pair.new, f"{pair.new.operation.pointer}/x-retry", old=before, new=after)


def _mock(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (view.raw.get("x-mock") or {} for view in (pair.old, pair.new))
    pointer = f"{pair.new.operation.pointer}/x-mock"
    for key in sorted(before.keys() | after.keys()):
        one, other = (
            _describe_behaviour(key, format_value(side[key])) if key in side else ""
            for side in (before, after)
        )
        if one == other:
            continue
        suffix = "changed" if one and other else "added" if other else "removed"
        # What the old list held without arguments has a filter of its own now.
        chosen = before.get(key, "") if key == "unfiltered-list" else ""
        is_filter = ("query", chosen) in pair.new.parameters()
        findings.add(
            f"behaviour-{suffix}", pair.new, pointer, old=one, new=other, together=True,
            successor=f"{pair.new.method}({chosen}=True)" if is_filter else "",
        )  # fmt: skip


def _describe_behaviour(key: str, value: str) -> str:
    return _MOCK_BEHAVIOUR.get((key, value)) or f"{key.replace('-', ' ')}: {value}"
