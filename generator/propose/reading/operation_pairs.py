"""Operations of both documents side by side: by address, and what moved to another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.propose.reading.described import DescribedOperation, variables
from generator.propose.reading.shapes import Shape, ShapeReader
from generator.propose.words import longest_common, meaning

_LEVELS = 2
Operations = Mapping[tuple[str, str], DescribedOperation]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedOperations:
    """Which operations belong together, sorted by address."""

    same: tuple[tuple[DescribedOperation, DescribedOperation], ...]
    moved: tuple[tuple[str, str], ...]
    """Paths of ours, and where everything below them is now."""
    added: tuple[DescribedOperation, ...]
    missing: tuple[DescribedOperation, ...]


def pair_operations(ours: Operations, theirs: Operations, reader: ShapeReader) -> PairedOperations:
    """Pair operations by verb and path.

    A path moved if all its operations are at one other path, and take and give nearly the same as before.
    """
    same = [(ours[key], theirs[key]) for key in sorted(ours.keys() & theirs.keys())]
    gone = {key: ours[key] for key in sorted(ours.keys() - theirs.keys())}
    come = {key: theirs[key] for key in sorted(theirs.keys() - ours.keys())}
    moved: list[tuple[str, str]] = []
    for path in sorted({path for path, _ in gone}):
        targets = [
            other
            for other in sorted({path for path, _ in come})
            if _moved(path, other, ours, gone, come, reader)
        ]
        back = [
            other
            for other in sorted({one for one, _ in gone})
            if targets and _moved(other, targets[0], ours, gone, come, reader)
        ]
        if len(targets) != 1 or len(back) != 1:
            continue
        for method in [method for one, method in gone if one == path]:
            before, after = gone.pop((path, method)), come.pop((targets[0], method))
            same.append((before, after))
            moved.append((before.path, _with_variables(after.path, variables(before.path))))
    return PairedOperations(
        same=tuple(same),
        moved=tuple(sorted(set(moved))),
        added=tuple(come.values()),
        missing=tuple(gone.values()),
    )


def _moved(
    path: str,
    other: str,
    ours: Operations,
    gone: Operations,
    come: Operations,
    reader: ShapeReader,
) -> bool:
    """Whether everything at one path is at another one now."""
    before = {method: one for (at, method), one in gone.items() if at == path}
    after = {method: one for (at, method), one in come.items() if at == other}
    if before.keys() != after.keys() or path.count("{}") != other.count("{}"):
        return False
    if any(at == path for at, _ in ours.keys() - gone.keys()):
        return False
    left, right = (meaning(one) for one in (path, other))
    shared = longest_common(left, right)
    alike = 2 * shared / max(len(left) + len(right), 1) > 0.6
    return alike and all(_same_call(before[one], after[one], reader) for one in before)


def _with_variables(path: str, names: list[str]) -> str:
    """The path with other names of its variables, in their order."""
    left = iter(names)
    return re.sub(r"[{][^}]*[}]", lambda _: f"{{{next(left)}}}", path)


def _same_call(one: DescribedOperation, other: DescribedOperation, reader: ShapeReader) -> bool:
    """Whether two operations take and give nearly the same: models can change in the same version."""
    if one.responses.keys() != other.responses.keys() or (one.body is None) != (other.body is None):
        return False
    pairs = [(one.responses[status], other.responses[status]) for status in one.responses]
    pairs += [(one.body, other.body)] if one.body is not None and other.body is not None else []
    for left, right in pairs:
        if (left.schema is None) != (right.schema is None):
            return False
        if left.schema is not None and right.schema is not None:
            uses = reader.use(left.schema), reader.use(right.schema)
            if not _nearly_same(reader.shape(uses[0]), reader.shape(uses[1]), reader, _LEVELS):
                return False
    return True


def _nearly_same(one: Shape, other: Shape, reader: ShapeReader, levels: int) -> bool:
    """Whether two shapes share half of their properties, and their inner objects too."""
    if one.id == other.id:
        return True
    names = one.properties.keys() & other.properties.keys()
    if one.kinds != other.kinds or 2 * len(names) < len(one.properties.keys() | other.properties.keys()):
        return False
    if levels == 0:
        return True
    pairs = ((reader.shape(one.properties[name]), reader.shape(other.properties[name])) for name in names)
    return all(
        _nearly_same(left, right, reader, levels - 1)
        for left, right in pairs
        if left.properties and right.properties
    )
