"""Operations of both documents side by side: by address, and what moved to another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.propose.reading.described import DescribedOperation
from generator.propose.reading.shapes import ShapeReader
from generator.propose.words import longest_common, meaning

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

    A path moved if all its operations are at one other path with the same shapes, and no other ones are.
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
            moved.append((before.path, after.path))
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
    return alike and all(_shapes(before[one], reader) == _shapes(after[one], reader) for one in before)


def _shapes(one: DescribedOperation, reader: ShapeReader) -> list[object]:
    """What an operation takes and gives, without the names of variables in its path."""
    contents = [one.body, *one.responses.values()]
    return [
        *(
            (key if key[0] != "path" else "path", reader.use(parameter.schema).value)
            for key, parameter in one.parameters.items()
            if key[0] in ("query", "path")
        ),
        *(
            None if content is None or content.schema is None else reader.use(content.schema).value
            for content in contents
        ),
    ]
