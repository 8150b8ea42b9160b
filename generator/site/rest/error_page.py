"""The page of error codes: what each means, what to do, and which operations respond with it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.site.markdown import anchor, code, prose, table
from generator.site.rest.addresses import DOWNLOADS_PAGE, ERRORS, Page, error_anchor
from generator.site.rest.history_words import span_words
from generator.site.rest.operation_pages import usual_codes
from generator.site.rest.reading.lives import Facts, Life, follow_lives
from generator.site.rest.reading.records import Error
from generator.site.rest.reading.reference import Reference


def error_page(reference: Reference) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of the page; nothing if no document names codes."""
    if reference.errors:
        yield ERRORS, "Error codes", "\n".join(_ErrorWriter(reference, Page(ERRORS)).parts())


def newest_error(reference: Reference, life: Life) -> Error:
    """The code in the newest version that has it."""
    return reference.version(max(life.states)).errors[int(life.name)]


class _ErrorWriter:
    def __init__(self, reference: Reference, page: Page) -> None:
        self._reference = reference
        self._page = page
        self._lives = sorted(reference.errors, key=lambda life: life.name)

    def parts(self) -> Iterator[str]:
        errors = self._page.to("errors.md")
        yield (
            "A response with an error holds `meta.code`, which is finer than the HTTP status. "
            f"The classes of the client, and what it repeats: [errors]({errors}). "
            f"As data: [downloads]({self._page.to(DOWNLOADS_PAGE)}).\n"
        )
        yield table(
            ["Code", "HTTP", "Class of the client", "Meaning", "Versions", "Known from"],
            (
                [
                    self._page.error(int(life.name)),
                    str(newest_error(self._reference, life).status),
                    code(newest_error(self._reference, life).exception),
                    prose(newest_error(self._reference, life).meaning),
                    span_words(life),
                    code(newest_error(self._reference, life).confidence),
                ]
                for life in self._lives
            ),
        )
        for life in self._lives:
            yield from self._error(life)

    def _error(self, life: Life) -> Iterator[str]:
        error = newest_error(self._reference, life)
        yield f"{anchor(error_anchor(error.code))}## {code(life.name)}\n"
        facts = [
            ("Meaning", prose(error.meaning)),
            ("What to do", prose(error.hint)),
            ("HTTP status", f"{error.status}, type {code(error.type)}" if error.type else str(error.status)),
            ("The client raises", code(error.exception)),
            ("Message of the mock", prose(error.message)),
            ("Versions", span_words(life)),
            ("Comes from", self._operations(error.code)),
            ("Known from", code(error.confidence)),
        ]
        for version in self._reference.names:
            changed = "; ".join(f"{one.fact}, before: {one.old}" for one in life.changes(version))
            facts += [(f"Changed in {version}", prose(changed))] if changed else []
        yield "\n".join(f"- **{name}:** {said}" for name, said in facts if said) + "\n"

    def _operations(self, number: int) -> str:
        """The operations that can respond with it, each with the versions in which it can."""
        having = [one for one in self._reference.versions if number in one.errors]
        if all(number in usual_codes(one) for one in having):
            return "every operation"
        named: dict[str, dict[str, Facts]] = {
            one.name: {each.address: {} for each in one.operations if number in each.codes}
            for one in self._reference.versions
        }
        spans: dict[str, list[str]] = {}
        for life in follow_lives(self._reference.names, named, {}):
            spans.setdefault(span_words(life), []).append(self._link(life))
        lines = [
            f"\n  - {span if span != 'all' else 'all versions'}: {', '.join(links)}"
            for span, links in spans.items()
        ]
        return "".join(lines) or "no operation names it"

    def _link(self, life: Life) -> str:
        version = self._reference.version(max(life.states))
        operation = next(one for one in version.operations if one.address == life.name)
        return self._page.operation(version.name, operation)
