"""The page of the webhooks of a version: events, headers, what they hold, examples."""

from __future__ import annotations

from collections.abc import Iterator

from generator.document.contents import contents
from generator.document.schema_walk import as_mapping
from generator.site.markdown import anchor, code, dropdown, fenced, paragraph, prose, table
from generator.site.rest.addresses import Page, slug, version_page
from generator.site.rest.field_lists import SENT_LEGEND, FieldLists
from generator.site.rest.history_words import life_sentences
from generator.site.rest.reading.records import Event, Field, Version
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.type_words import components, type_words
from generator.site.rest.requests import body_examples, json_block


def webhook_pages(reference: Reference, version: Version) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of the page; nothing for a version without webhooks."""
    if version.events:
        page = Page(version_page(version.name, "webhooks"))
        parts = _WebhookWriter(reference, version, page).parts()
        yield page.path, f"Webhooks, {version.name}", "\n".join(parts)


class _WebhookWriter:
    def __init__(self, reference: Reference, version: Version, page: Page) -> None:
        self._reference = reference
        self._version = version
        self._page = page
        self._lists = FieldLists(reference, version, page)

    def parts(self) -> Iterator[str]:
        events = self._version.events.values()
        yield (
            "What the service sends to your address. "
            f"How to receive it: [webhooks]({self._page.to('webhooks.md')}). "
            f"By version: [what changed]({self._page.to('webhook-changes.md')}).\n"
        )
        for one in events:
            yield f"- {code(one.name)} {prose(one.summary)}. {self._description(one)}"
        yield ""
        headers: dict[str, Field] = {field.name: field for one in events for field in one.headers}
        if headers:
            yield "## Headers\n"
            yield self._lists.headers(tuple(headers.values()))
        yield "## Payload\n"
        yield f"{prose(SENT_LEGEND)}\n"
        for name in self._payloads():
            description = prose(self._version.models[name].description)
            yield f"{self._page.component(self._version, name)}: {description}\n"
            yield self._lists.model(self._version.models[name])
        for one in events:
            yield from self._event(one)

    def _description(self, event: Event) -> str:
        life = next(one for one in self._reference.events if one.name == event.name)
        history = " ".join(life_sentences(life, self._version.name))
        parts = [prose(event.description), f"*{prose(history)}*" if history else ""]
        parts += [code(event.confidence)] if event.confidence != "documented" else []
        return " ".join(filter(None, parts))

    def _payloads(self) -> list[str]:
        """The models of the bodies."""
        found: dict[str, None] = {}
        for one in self._version.events.values():
            for media in contents(as_mapping(one.raw.get("requestBody")), f"{one.pointer}/requestBody"):
                words = type_words(self._version.schemas, media.schema, media.pointer)
                found |= {name: None for name in components(words) if name in self._version.models}
        return list(found)

    def _event(self, event: Event) -> Iterator[str]:
        yield f"{anchor(slug(f'rest-{self._version.name}-webhook-{event.name}'))}## {code(event.name)}\n"
        responses = as_mapping(event.raw.get("responses"))
        if responses:
            yield table(
                ["Your response", "What happens"],
                (
                    [code(str(status)), prose(str(as_mapping(one).get("description", "")))]
                    for status, one in responses.items()
                ),
            )
        body = event.raw.get("requestBody")
        if body is not None:
            for title, value in body_examples(self._version, body, f"{event.pointer}/requestBody").items():
                yield dropdown("Example", f"{paragraph(title)}\n\n{fenced('json', json_block(value))}")
