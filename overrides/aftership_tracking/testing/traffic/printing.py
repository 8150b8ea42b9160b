"""Writes a report as text, JSON or JUnit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.etree import ElementTree

from aftership_tracking.testing.traffic.report import CountedFinding, TrafficReport

_LONGEST_LIST = 8
_NOTHING = "no call of the API was found"


def as_text(report: TrafficReport) -> str:
    """Return a report for people."""
    lines = [
        f"{_count(report.judged, 'call')} judged by {report.version}: {_verdict(report)}",
        *_list("Breaks the document", report.breaks),
        *_list("Not in the document", _of_kind(report, "undeclared")),
        *_list("Deprecated", _of_kind(report, "deprecated")),
    ]
    if report.unreadable:
        lines.append("Entries that could not be read")
        lines += [f"  entry {number}: {reason}" for number, reason in report.unreadable[:_LONGEST_LIST]]
        lines += _more(len(report.unreadable) - _LONGEST_LIST)
    if report.operations:
        lines.append("Exercised")
    for use in report.operations:
        statuses = ", ".join(f"{status} x {count}" for status, count in use.statuses) or "no response"
        lines.append(f"  {use.operation}: {_count(use.calls, 'call')}; {statuses}")
        parts: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
            ("parameters", use.parameters, use.unused_parameters),
            ("request fields", use.request_fields, use.unused_request_fields),
            ("response fields", use.response_fields, use.unused_response_fields),
        )
        for name, used, unused in parts:
            if used or unused:
                text = f"    {name}: {len(used)} used, {len(unused)} not"
                lines.append(f"{text}: {_short(unused)}" if unused else text)
    if report.unused_operations:
        lines.append(f"Never called: {_short(report.unused_operations)}")
    lines += [f"Not judged: {reason} ({count} x)" for reason, count in report.not_judged]
    lines += [f"Skipped: {reason} ({count} x)" for reason, count in report.skipped]
    return "\n".join(lines)


def as_json(report: TrafficReport) -> str:
    """Return a report as one JSON object."""
    content = {
        "version": report.version,
        "ok": report.ok,
        "judged": report.judged,
        "findings": [
            {
                "operation": each.operation,
                **dataclasses.asdict(each.finding),
                "breaks": each.finding.breaks,
                "count": each.count,
                "entries": each.entries,
            }
            for each in report.findings
        ],
        "operations": [
            {**dataclasses.asdict(use), "statuses": dict(use.statuses)} for use in report.operations
        ],
        "unused_operations": report.unused_operations,
        "unreadable": [{"entry": number, "reason": reason} for number, reason in report.unreadable],
        "not_judged": dict(report.not_judged),
        "skipped": dict(report.skipped),
    }
    return json.dumps(content, indent=2)


def as_junit(report: TrafficReport) -> str:
    """Return a report as JUnit XML: a case for each operation that was called, one for calls of none, one for
    the file.
    """
    suite = ElementTree.Element("testsuite", name=f"traffic {report.version}")
    failures = 0
    by_operation: dict[str | None, list[CountedFinding]] = {}
    for each in report.breaks:
        by_operation.setdefault(each.operation, []).append(each)
    names: list[str | None] = [use.operation for use in report.operations]
    if None in by_operation:
        names.append(None)
    for name in names:
        failures += _add_case(
            suite, name or "calls of no operation", map(_describe, by_operation.get(name, ()))
        )
    trouble = [f"entry {number}: {reason}" for number, reason in report.unreadable]
    failures += _add_case(suite, "the file", [*trouble, *([] if report.judged else [_NOTHING])])
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    output = ElementTree.SubElement(suite, "system-out")
    output.text = _clean(as_text(report))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


FORMATS: Mapping[str, Callable[[TrafficReport], str]] = {"text": as_text, "json": as_json, "junit": as_junit}
"""The ways to write a report, by name."""


def _add_case(suite: ElementTree.Element, name: str, problems: Iterable[object]) -> int:
    case = ElementTree.SubElement(suite, "testcase", classname="traffic", name=_clean(name))
    texts = [_clean(str(each)) for each in problems]
    if texts:
        failure = ElementTree.SubElement(case, "failure", message=texts[0])
        failure.text = "\n".join(texts)
    return int(bool(texts))


def _verdict(report: TrafficReport) -> str:
    if not report.judged:
        return f"{_NOTHING}, so nothing is known"
    trouble = []
    if report.breaks:
        count = len(report.breaks)
        trouble.append("1 difference breaks" if count == 1 else f"{count} differences break")
        trouble[-1] += " the document"
    if report.unreadable:
        entries = len(report.unreadable)
        trouble.append(f"{entries} {'entry' if entries == 1 else 'entries'} could not be read")
    return ", ".join(trouble) or "nothing breaks the document"


def _of_kind(report: TrafficReport, kind: str) -> list[CountedFinding]:
    return [each for each in report.findings if each.finding.kind == kind and not each.finding.breaks]


def _list(title: str, found: Sequence[CountedFinding]) -> list[str]:
    return [title, *(f"  {_describe(each)}" for each in found)] if found else []


def _describe(each: CountedFinding) -> str:
    entries = ", ".join(map(str, each.entries)) + (", ..." if each.count > len(each.entries) else "")
    where = f"{each.operation}: " if each.operation else ""
    rule = f" [{each.finding.rule}]" if each.finding.rule else ""
    return f"{where}{each.finding}{rule} ({each.count} x, entry {entries})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_LONGEST_LIST])
    return shown if len(names) <= _LONGEST_LIST else f"{shown} and {len(names) - _LONGEST_LIST} more"


def _more(count: int) -> list[str]:
    return [f"  and {count} more"] if count > 0 else []


def _clean(text: str) -> str:
    """Return the string without characters that XML forbids."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
