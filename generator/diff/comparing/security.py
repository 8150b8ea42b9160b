"""Who may call: the alternatives of each operation, their scopes, and the schemes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diff.comparing.finding import format_value, join_words
from generator.diff.comparing.operation_findings import OperationFinding, OperationFindings
from generator.diff.comparing.operation_pairs import OperationPair, OperationView
from generator.document import pointer as pointers
from generator.document.document import Document

Alternative = frozenset[str]
_SILENT = frozenset({"description", "x-provenance"})


def compare(pair: OperationPair, findings: OperationFindings) -> None:
    """The security alternatives of one operation."""
    before, after = _alternatives(pair.old), _alternatives(pair.new)
    pointer = f"{pair.new.operation.pointer}/security"
    for alternative in _sort_alternatives(after.keys() - before.keys()):
        findings.add("security-alternative-added", pair.new, pointer, new=_name_schemes(alternative))
    for alternative in _sort_alternatives(before.keys() - after.keys()):
        findings.add("security-alternative-removed", pair.new, pointer, old=_name_schemes(alternative))
    for alternative in _sort_alternatives(before.keys() & after.keys()):
        for scope in sorted(after[alternative] - before[alternative]):
            findings.add("security-scope-added", pair.new, pointer, new=f"`{scope}`")
        for scope in sorted(before[alternative] - after[alternative]):
            findings.add("security-scope-removed", pair.new, pointer, old=f"`{scope}`")


def compare_schemes(old: Document, new: Document, findings: OperationFindings) -> None:
    """The schemes that both documents know."""
    before, after = _schemes(old), _schemes(new)
    for name in sorted(before.keys() & after.keys()):
        one, other = (_facts(side[name]) for side in (before, after))
        if one != other:
            differing = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
            pointer = pointers.child("", "components", "securitySchemes", name)
            before_text, after_text = (
                ", ".join(f"{key} {format_value(side.get(key))}" for key in differing)
                for side in (one, other)
            )
            findings.recorded.append(
                OperationFinding(
                    "security-scheme-changed", name, pointer, None, "general", before_text, after_text
                )
            )


def compare_servers(old: Document, new: Document, findings: OperationFindings) -> None:
    """The address of the service; the version in it is not a difference."""
    before, after = (
        [server["url"].replace(document.version, "{version}") for server in document.raw.get("servers") or ()]
        for document in (old, new)
    )
    if before != after:
        texts = (join_words(before), join_words(after))
        findings.recorded.append(
            OperationFinding("server-changed", "servers", "/servers", None, "general", *texts)
        )


def _alternatives(view: OperationView) -> dict[Alternative, set[str]]:
    """The sets of schemes, each with the scopes that it needs."""
    declared = view.raw.get("security", view.document.raw.get("security")) or []
    return {frozenset(one): {scope for scopes in one.values() for scope in scopes} for one in declared}


def _sort_alternatives(alternatives: set[Alternative]) -> list[Alternative]:
    return sorted(alternatives, key=sorted)


def _name_schemes(alternative: Alternative) -> str:
    return join_words(sorted(alternative)) or "no key"


def _schemes(document: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (document.raw.get("components") or {}).get("securitySchemes") or {}
    return found


def _facts(scheme: Mapping[str, Any]) -> dict[str, Any]:
    """What callers depend on; the list of scopes is compared where an operation needs them."""
    facts = {key: value for key, value in scheme.items() if key not in _SILENT and key != "flows"}
    for name, flow in (scheme.get("flows") or {}).items():
        facts |= {f"{name} {key}": value for key, value in flow.items() if key != "scopes"}
    return facts
