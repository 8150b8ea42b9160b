"""The life of every field, parameter and operation, with the versions as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.site.markdown import anchor, code, link, prose, table, toctree
from generator.site.rest.addresses import DOWNLOADS_PAGE, ENUMS, HISTORY, LARGE_HISTORY, Page, slug
from generator.site.rest.history_words import ABSENT, OTHER_NAME, PART_OF_TYPE, cells, describe, span_words
from generator.site.rest.operation_pages import resource_title
from generator.site.rest.reading.lives import Life
from generator.site.rest.reading.reference import Reference

_LEGEND = (
    "The newest version is on the left. `✓` it is there, as in the version before; `new` it came; "
    f"`{ABSENT}` it is not there; `{OTHER_NAME}` it was called differently; otherwise what became different. "
    "The list below a table says what it was called, and each difference in full."
)
_SHARED = f"{HISTORY}/models.md"
_EVENTS = f"{HISTORY}/webhooks.md"


def history_page(reference: Reference, model: str) -> tuple[str, str]:
    """The page and the anchor of the history of a model."""
    is_large = len(reference.fields[model]) >= LARGE_HISTORY
    return (f"{HISTORY}/model-{slug(model)}.md" if is_large else _SHARED), f"history-model-{slug(model)}"


def resource_history(resource: str) -> str:
    """The page of the history of the operations of a resource."""
    return f"{HISTORY}/{resource}.md"


def history_pages(reference: Reference) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of each page of the history."""
    pages = [*_resource_pages(reference), *_model_pages(reference)]
    if reference.events:
        pages.append((_EVENTS, "Webhooks, all versions", _lives_table(reference, "Event", reference.events)))
    yield f"{HISTORY}/index.md", "All versions side by side", _index(pages)
    yield from pages


def _index(pages: Sequence[tuple[str, str, str]]) -> str:
    page = Page(f"{HISTORY}/index.md")
    titles = {path: title.removesuffix(", all versions") for path, title, _ in pages}
    listed = "\n".join(f"- {link(title, page.to(path))}" for path, title in titles.items())
    said = "Every operation, parameter and field since the first version: when it came, changed and went."
    enums, data = page.to(f"{ENUMS}/index.md"), page.to(DOWNLOADS_PAGE)
    values = f"Values of enums: [enums]({enums}). As data: [downloads]({data})."
    return f"{said} {values}\n\n{listed}\n\n{toctree(page.entries(titles), hidden=True)}"


def _resource_pages(reference: Reference) -> Iterator[tuple[str, str, str]]:
    resources: dict[str, list[Life]] = {}
    for life in reference.operations:
        version = max(life.states)
        operation = next(one for one in reference.version(version).operations if one.address == life.name)
        resources.setdefault(operation.resource, []).append(life)
    for resource, lives in resources.items():
        path = resource_history(resource)
        parts = [f"{prose(_LEGEND)}\n", _lives_table(reference, "Operation", lives)]
        for life in lives:
            parts.append(f"## {code(life.name)}\n")
            page, version = Page(path), max(life.states)
            operation = next(one for one in reference.version(version).operations if one.address == life.name)
            parts.append(f"{_span(life)}. Newest: {page.operation(version, operation)}.\n")
            parameters = reference.parameters[life.name]
            if parameters:
                parts.append(_lives_table(reference, "Parameter", parameters))
        yield path, f"{resource_title(resource)}, all versions", "\n".join(parts)


def _span(life: Life) -> str:
    words = span_words(life)
    return "In all versions" if words == "all" else f"{words[:1].upper()}{words[1:]}"


def _model_pages(reference: Reference) -> Iterator[tuple[str, str, str]]:
    small = []
    for name in sorted(reference.fields):
        path, target = history_page(reference, name)
        body = _lives_table(reference, "Field", reference.fields[name])
        if path == _SHARED:
            small.append(f"{anchor(target)}## {code(name)}\n\n{body}")
        else:
            yield path, f"{name}, all versions", f"{prose(_LEGEND)}\n\n{anchor(target)}## Fields\n\n{body}"
    if small:
        yield _SHARED, "Smaller models, all versions", f"{prose(_LEGEND)}\n\n" + "\n".join(small)


def _lives_table(reference: Reference, what: str, lives: Sequence[Life]) -> str:
    """The table, and below it every change in full."""
    rows = []
    for life in lives:
        shown = cells(life)
        rows.append([code(life.name), *(shown[version] for version in reversed(reference.names))])
    listed = "\n".join(_changes(reference, lives))
    return f"{table([what, *reversed(reference.names)], rows)}\n{listed}\n"


def _changes(reference: Reference, lives: Sequence[Life]) -> Iterator[str]:
    """Items of a list: the versions, newest first, and below each what changed in it."""
    for version in reversed(reference.names):
        found = [line for life in lives for line in _changes_of(life, version)]
        if found:
            yield f"- **{version}**"
            yield from found


def _changes_of(life: Life, version: str) -> Iterator[str]:
    old, new = life.before(version), life.states.get(version)
    words = [f"was `{life.old_name(version)}`"] if life.old_name(version) else []
    if version in life.came_from:
        words.append(f"takes over {_paths(life.came_from[version])}")
    retyped = any(change.fact == "type" for change in life.changes(version))
    words += [
        describe(change)
        for change in life.changes(version)
        # Another type has other limits and forms. What it no longer has says nothing about its values.
        if change.new or not (retyped and change.fact in PART_OF_TYPE)
    ]
    if version in life.moved_inside:
        words.append(f"its value moved to {_paths(life.moved_inside[version])}")
    if old is not None and new is None:
        moved = life.went_to.get(version)
        words.append(f"gone: see {_paths(moved)}" if moved else "gone")
    named = new or old
    if named is not None and words:
        yield f"  - {code(named.name)} {'; '.join(prose(word) for word in words)}"


def _paths(paths: Sequence[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)
