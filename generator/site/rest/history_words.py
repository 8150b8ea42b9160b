"""What happened to a thing over the versions, in short sentences. Names stand between backticks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.site.rest.reading.lives import FactChange, Life

_LABELS = {
    ("null", "yes"): "null allowed",
    ("null", "no"): "never null",
    ("required", "yes"): "required",
    ("required", "no"): "optional",
    ("sent", ""): "only in requests",
    ("deprecated", ""): "not deprecated",
}
ABSENT = "\N{EN DASH}"
OTHER_NAME = "other name"
# A reader of one version does not need them; the pages of the history have them.
_SILENT = frozenset({"confidence", "proof of limits"})
PART_OF_TYPE = frozenset({"form", "limits", "default"})


def label(change: FactChange) -> str:
    """A change in one or two words, for a cell."""
    known = _LABELS.get((change.fact, change.new))
    return known or (change.new if change.fact == "sent" else change.fact)


def describe(change: FactChange) -> str:
    """A change in full: both values, or what it is from then on."""
    if change.fact in ("null", "required", "sent"):
        return label(change)
    if change.fact == "codes":
        return "; ".join(_code_changes(change.old.split(", "), change.new.split(", ")))
    return f"{change.fact}: {_shown(change.old)} → {_shown(change.new)}"


def _code_changes(old: list[str], new: list[str]) -> Iterator[str]:
    """Which codes came and went, in the order of the document."""
    for what, ours, theirs in (("new", new, old), ("gone", old, new)):
        codes = [f"`{one}`" for one in ours if one and one not in theirs]
        if codes:
            yield f"{what} error codes: {', '.join(codes)}"


def life_sentences(life: Life, version: str) -> Iterator[str]:
    """What a reader of one version should know of the other ones: what was before, and what comes later."""
    since = life.since(version)
    if since != life.versions[0]:
        yield f"Since {since}."
    for one in life.versions:
        if one not in life.states or one < since:
            continue
        is_past = one <= version
        if life.old_name(one):
            name = life.states[one].name if not is_past else life.old_name(one)
            yield f"Called `{_bare(name)}` {_when(one, is_past=is_past)}."
        if one in life.came_from and is_past:
            yield f"Takes over {_names(life.came_from[one])} of before {one}."
        for change in _telling(life.changes(one)):
            if change.old or change.new:
                yield _change_sentence(change, is_past=is_past)
    gone = life.gone_in(version)
    if gone:
        moved = life.went_to.get(gone, ())
        yield f"Gone in {gone}: see {_names(moved)}." if moved else f"Gone in {gone}."


def _telling(changes: tuple[FactChange, ...]) -> list[FactChange]:
    """The changes that a reader of one version needs: another type says more than its other limits."""
    types = any(change.fact == "type" for change in changes)
    return [
        change
        for change in changes
        if change.fact not in _SILENT and not (types and change.fact in PART_OF_TYPE)
    ]


def operation_sentences(life: Life, version: str) -> Iterator[str]:
    """The same for an operation, whose facts are long: only which of them changed, and when."""
    since = life.since(version)
    if since != life.versions[0]:
        yield f"Since {since}."
    changed = [
        f"{one} ({', '.join(facts)})"
        for one in life.versions
        if one > since and (facts := [change.fact for change in _telling(life.changes(one))])
    ]
    if changed:
        yield f"Changed in {'; '.join(changed)}."
    gone = life.gone_in(version)
    if gone:
        yield f"Gone in {gone}."


def _change_sentence(change: FactChange, *, is_past: bool) -> str:
    if change.fact in ("null", "required", "sent", "deprecated"):
        said = label(change)
        return f"{said[:1].upper()}{said[1:]} {'since' if is_past else 'from'} {change.version}."
    value = change.old if is_past else change.new
    when = _when(change.version, is_past=is_past)
    if change.fact == "type":
        return f"Type {_code(value)} {when}."
    if change.fact == "meaning":
        return f"Another meaning {when}."
    what = change.fact[:1].upper() + change.fact[1:]
    return f"{what} {when}: {_shown(value).rstrip('.')}."


def _when(version: str, *, is_past: bool) -> str:
    return f"before {version}" if is_past else f"from {version} on"


def _names(paths: tuple[str, ...]) -> str:
    return ", ".join(f"`{_bare(path)}`" for path in paths)


def _bare(name: str) -> str:
    """The name of a parameter without its location."""
    return name.partition(" ")[2] or name if name.split(" ")[0] in ("path", "query", "header") else name


def _code(value: str) -> str:
    return f"`{value}`" if value and "`" not in value else value or "unknown"


def _shown(value: str) -> str:
    """A value of a fact; limits and sentences have their own backticks, if any."""
    return value or "none"


def span_words(life: Life) -> str:
    """When it is there: `all`, `since 2025-01`, `2024-01 to 2024-10`."""
    words = []
    for first, last in life.spans:
        if first == life.versions[0] and last == life.versions[-1]:
            words.append("all")
        elif last == life.versions[-1]:
            words.append(f"since {first}")
        else:
            words.append(first if first == last else f"{first} to {last}")
    return ", ".join(words)


def cells(life: Life) -> Mapping[str, str]:
    """By version: `✓`, what is new or different, `OTHER_NAME`, or `ABSENT` where it is not there."""
    found = {}
    for version in life.versions:
        if version not in life.states:
            found[version] = ABSENT
        elif life.states[version].name != life.name:
            found[version] = OTHER_NAME
        elif life.before(version) is None:
            found[version] = "✓" if version == life.versions[0] else "new"
        else:
            what = ["renamed"] if life.old_name(version) else []
            what += [label(one) for one in _telling(life.changes(version))]
            found[version] = "✓" if not what else what[0] if len(what) == 1 else "changed"
    return found
