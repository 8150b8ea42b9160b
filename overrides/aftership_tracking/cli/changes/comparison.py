"""What changed between two versions, as the generator found it when the package was made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from aftership_tracking import documents
from aftership_tracking.cli.settings.connection import choose_version


def choose_pair(old: str, new: str) -> tuple[str, str]:
    """Return both versions; `newest` is one too. Raises CommandError for one that is not in this package."""
    return choose_version(old).value, choose_version(new).value


def compare(old: str, new: str) -> dict[str, Any]:
    """Return what changed, in the form of `python -m generator diff OLD NEW --format json`.

    The location of a change has no file and no line: those are of the sources, which are not in the package.
    """
    data = _read_changes()
    changes = _expand(data, _pair(data, old, new)["changes"])
    return {
        "old": old,
        "new": new,
        "supported-until": _support(data, (old, new)),
        "counts": {level: sum(one["level"] == level for one in changes) for level in data["levels"]},
        "changes": changes,
    }


def grave(changes: Iterable[dict[str, Any]], level: str) -> list[dict[str, Any]]:
    """Return the changes of a level and of graver ones."""
    levels = list(_read_changes()["levels"])
    return [one for one in changes if levels.index(one["level"]) <= levels.index(level)]


def history() -> list[dict[str, Any]]:
    """Return what each version brought, newest first. The oldest has no version to be compared with."""
    data = _read_changes()
    return [
        {
            "version": step["version"],
            "previous": step["previous"],
            "released": step["released"] or None,
            "supported-until": data["supported-until"].get(step["version"]),
            "breaking": step["breaking"],
            "lines": step["lines"],
            "changes": compare(step["previous"], step["version"])["changes"],
        }
        for step in reversed(data["versions"])
    ]


def as_text(old: str, new: str) -> str:
    """Return the list for a terminal: by resource, each change with its mark, level and rule."""
    data = _read_changes()
    pair = _pair(data, old, new)
    lines = [f"{old} -> {new}: {pair['summary']}", *filter(None, [_support_sentence(data, old, new)])]
    rows = [data["changes"][number] for number in pair["changes"]]
    for resource in data["resources"]:
        group = [row for row in rows if row["resource"] == resource]
        lines += ["", resource] if group else []
        for row in group:
            level, seen = data["rules"][row["rule"]]["level"], data["seen"][row["seen"]]["text"]
            lines.append(f"  {data['levels'][level]} {row['text']}")
            lines.append(f"      {level} {row['rule']}")
            lines += [f"      seen in {seen}"] if seen else []
    return "\n".join(lines)


def as_markdown(old: str, new: str) -> str:
    """Return the list as a page, with a sign where code breaks."""
    data = _read_changes()
    pair = _pair(data, old, new)
    opening = f"{pair['summary'].capitalize()}. {_support_sentence(data, old, new)}".rstrip()
    lines = [f"# From {old} to {new}", "", opening]
    rows = [data["changes"][number] for number in pair["changes"]]
    for resource, heading in data["resources"].items():
        group = [row for row in rows if row["resource"] == resource]
        lines += ["", f"## {heading}", ""] if group else []
        for row in group:
            sign = f"{data['sign']} " if data["rules"][row["rule"]]["level"] == "breaking" else ""
            lines.append(f"- {sign}{row['text']}")
    return "\n".join(lines)


def guide(old: str, new: str) -> str:
    """Return the guide from a version to a newer one, as Markdown."""
    data = _read_pages()
    return "\n".join(data["lines"][number] for number in data["guides"][old][new])


def entry(version: str) -> str | None:
    """Return what the changelog says about a version; None for the oldest one."""
    data = _read_pages()
    numbers = data["changelog"].get(version)
    return None if numbers is None else "\n".join(data["lines"][number] for number in numbers)


@cache
def _read_changes() -> Any:
    return documents.data("version-changes")


@cache
def _read_pages() -> Any:
    return documents.data("version-pages")


def _pair(data: Any, old: str, new: str) -> dict[str, Any]:
    """The pair; nothing changes between a version and itself."""
    if old == new:
        return {"summary": "no changes", "changes": []}
    found: dict[str, Any] = data["pairs"][old][new]
    return found


def _expand(data: Any, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """The changes, with what they share with others."""
    found = []
    for number in numbers:
        row = data["changes"][number]
        rule = data["rules"][row["rule"]]
        found.append(
            {
                "fingerprint": row["fingerprint"],
                "rule": row["rule"],
                "level": rule["level"],
                **{name: row[name] for name in ("resource", "subject", "old", "new", "moved", "text")},
                "reason": rule["reason"],
                "absorbed": rule["absorbed"],
                "arguments-of": row["arguments-of"],
                "reaches": [data["reaches"][reach] for reach in data["seen"][row["seen"]]["in"]],
                "place": {"pointer": row["pointer"]},
            }
        )
    return found


def _support(data: Any, pair: Iterable[str]) -> dict[str, str]:
    known = data["supported-until"]
    return {version: known[version] for version in pair if version in known}


def _support_sentence(data: Any, old: str, new: str) -> str:
    dates = [f"{version} on {date}" for version, date in _support(data, (old, new)).items()]
    return f"Support ends: {', '.join(dates)}." if dates else ""
