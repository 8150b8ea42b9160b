"""The pages of the models of a version: a large one has its own, the others share one."""

from __future__ import annotations

from collections.abc import Iterator

from generator.site.markdown import anchor, code, code_link, paragraph, prose
from generator.site.rest.addresses import Page, model_anchor, model_page, version_page
from generator.site.rest.field_lists import CONFIDENCE_LEGEND, SENT_LEGEND, FieldLists
from generator.site.rest.history_pages import history_page
from generator.site.rest.reading.records import Model, Operation, Version
from generator.site.rest.reading.reference import Reference


def model_pages(reference: Reference, version: Version) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of each page with models."""
    shared = version_page(version.name, "models")
    for model in version.models.values():
        path = model_page(version.name, model)
        if path != shared:
            body = _ModelWriter(reference, version, Page(path)).model(model)
            yield path, f"{model.name}, {version.name}", f"{_legend(Page(path))}\n{body}"
    small = [one for one in version.models.values() if model_page(version.name, one) == shared]
    if small:
        page = Page(shared)
        writer = _ModelWriter(reference, version, page)
        parts = [_legend(page), *_large(version, page)]
        for model in sorted(small, key=lambda one: one.name):
            parts.append(f"{anchor(model_anchor(version.name, model.name))}## {code(model.name)}\n")
            parts.append(writer.model(model))
        yield shared, f"Models, {version.name}", "\n".join(parts)


def _legend(page: Page) -> str:
    more = f"More: [how sure we are]({page.to('fidelity.md')})."
    return f"{prose(SENT_LEGEND)} {prose(CONFIDENCE_LEGEND)} {more}\n"


def _large(version: Version, page: Page) -> Iterator[str]:
    """Links to the models with a page of their own."""
    found = [
        code_link(one.name, page.to(model_page(version.name, one)))
        for one in version.models.values()
        if model_page(version.name, one) != page.path
    ]
    if found:
        yield f"On pages of their own: {', '.join(found)}.\n"


class _ModelWriter:
    def __init__(self, reference: Reference, version: Version, page: Page) -> None:
        self._reference = reference
        self._version = version
        self._page = page
        self._lists = FieldLists(reference, version, page)

    def model(self, model: Model) -> str:
        """Everything about a model, below its heading."""
        is_own = model_page(self._version.name, model) != version_page(self._version.name, "models")
        target = f"({model_anchor(self._version.name, model.name)})=\n## Fields\n" if is_own else ""
        life = next(one for one in self._reference.models if one.name == model.name)
        history = self._page.to(*history_page(self._reference, model.name))
        since = life.since(self._version.name)
        said = f"*Since {since}.* " if since != life.versions[0] else ""
        said += f"[All versions]({history})"
        bodies = [self._page.operation(self._version.name, one) for one in self._bodies(model)]
        used = f" As the body of {', '.join(bodies)}." if bodies else ""
        return "\n".join(
            [f"{paragraph(model.description)} {said}.{used}\n", target, self._lists.model(model)]
        )

    def _bodies(self, model: Model) -> list[Operation]:
        return [one for one in self._version.operations if one.body == model.name]
