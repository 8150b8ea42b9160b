"""The pages of the explorer: the versions, the operations of one, and one operation to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aftership_tracking.mock.accounts.keys import MockKey
from aftership_tracking.mock.accounts.store import Account, Store
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Routes, Shown
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.parcel_list import name_account
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.explorer.fields import read_examples
from aftership_tracking.mock.explorer.form import (
    BODY,
    BODY_FROM,
    FROM_FIELDS,
    FROM_TEXT,
    KEY,
    NEW_KEY,
    Form,
    Reading,
    build_form,
    covers,
    read_form,
    show_fields,
    write_body,
)
from aftership_tracking.mock.explorer.keys import KeyChoices
from aftership_tracking.mock.explorer.marks import Marks, read_marks
from aftership_tracking.mock.explorer.sending import Result, send
from aftership_tracking.mock.explorer.snippets import write_snippets
from aftership_tracking.mock.explorer.stored import CONNECTIONS, PARCELS, offer_values
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

PATH = "explorer"
WRITE = "write"
"""What the button of a form says that only shows the code; the other one calls the mock."""
EXAMPLE = "example"
"""The parameter with the name of an example of the document."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One operation in a list."""

    operation: ApiOperation
    summary: str
    marks: Marks


class Explorer:
    """The pages for one mock.

    Args:
        handle: takes a request through the pipeline of the mock.
        keys: those that the mock accepts; None for any key.
    """

    def __init__(
        self,
        handle: Callable[[MockRequest], MockResponse],
        served: ServedVersions,
        store: Store,
        keys: Mapping[str, MockKey] | None,
    ) -> None:
        self._handle = handle
        self._served = served
        self._store = store
        self._keys = KeyChoices(keys)

    @property
    def routes(self) -> Routes:
        """The pages by their paths below `/_mock/`."""
        return {
            PATH: {"GET": self.versions},
            f"{PATH}/{{version}}": {"GET": self.operations},
            f"{PATH}/{{version}}/{{operation}}": {"GET": self.show, "POST": self.call},
        }

    def versions(self, _: Sandbox, __: PageRequest) -> Shown:
        """Show all versions, the newest first."""
        apis = [self._served.load(version)[0] for version in reversed(self._served.versions)]
        return Page(
            template="explorer/versions.html",
            values={"versions": [(api.version, len(api.operations)) for api in apis]},
        )

    def operations(self, _: Sandbox, page: PageRequest) -> Shown:
        """Show the operations of a version, those that have all words of `q`."""
        api = self._api(page)
        words = page.query.get("q", "").lower().split()
        groups: dict[str, list[Entry]] = {}
        for operation in api.operations:
            entry = self._entry(api, operation)
            text = f"{operation.id} {operation.method} {operation.template} {entry.summary}".lower()
            if all(word in text for word in words):
                groups.setdefault(operation.resource.replace("_", " "), []).append(entry)
        return Page(
            template="explorer/operations.html",
            values={
                "version": api.version,
                "versions": self._served.versions[::-1],
                # The largest first: that is what most people look for.
                "groups": dict(sorted(groups.items(), key=lambda group: -len(group[1]))),
                "count": len(api.operations),
                "searched": page.query.get("q", ""),
            },
        )

    def show(self, mock: Sandbox, page: PageRequest) -> Shown:
        """Show the form of an operation with what the document has as its example."""
        api, operation = self._find(page)
        form = build_form(api, operation)
        chosen = self._keys.first(mock.parcels)
        offered = offer_values(api, operation, self._account(chosen))
        examples = read_examples(api, operation)
        example = page.query.get(EXAMPLE) or next(iter(examples), "")
        if example and example not in examples:
            known = ", ".join(examples) or "none"
            raise ControlError("unknown-example", f"example: there is no such one; there are {known}", 404)
        values = _prefilled(form, offered, examples.get(example))
        return self._page(mock, form, values=values, offered=offered, chosen=chosen, example=example)

    def call(self, mock: Sandbox, page: PageRequest) -> Shown:
        """Read the form, call the mock unless only the code is wanted, and show all of it."""
        api, operation = self._find(page)
        form = build_form(api, operation)
        if form.not_offered:
            raise ControlError("not-offered", form.not_offered)
        typed = page.form.get(NEW_KEY, "").strip()
        key = typed or self._keys.find(page.form.get(KEY, ""), mock.parcels)
        values = {name: text for name, text in page.form.items() if name not in (KEY, NEW_KEY, ACTION)}
        reading = read_form(form, values)
        result, problem = None, ""
        if key is None and page.form.get(ACTION) != WRITE:
            problem = "Choose a key, or type one: the one that was chosen is gone."
        elif typed and not (typed.isascii() and typed.isprintable()):
            problem = "A key is a line of ASCII: it is sent in a header."
        elif reading.call is not None and page.form.get(ACTION) != WRITE and key is not None:
            if typed:
                self._keys.remember(typed)
            secret = self._keys.secret_of(key)
            result = send(self._handle, mock.journal, reading.call, key, secret, mock.clock.wall())
        offered = offer_values(api, operation, None if key is None else self._account(key))
        return self._page(
            mock,
            form,
            values=reading.values,
            offered=offered,
            chosen=key,
            reading=reading,
            result=result,
            problem=problem,
        )

    def _page(
        self,
        mock: Sandbox,
        form: Form,
        *,
        values: Mapping[str, str],
        offered: Mapping[str, list[str]],
        chosen: str | None,
        example: str = "",
        reading: Reading | None = None,
        result: Result | None = None,
        problem: str = "",
    ) -> Page:
        api, operation = form.api, form.operation
        is_sent = reading is not None
        reading = reading or read_form(form, values)
        definition = look_up(api.document, operation.pointer)
        has_errors = is_sent and (bool(reading.errors) or bool(problem))
        return Page(
            template="explorer/operation.html",
            status=HTTPStatus.BAD_REQUEST if has_errors else HTTPStatus.OK,
            values={
                "version": api.version,
                "operation": operation,
                "summary": definition.get("summary", operation.id),
                "description": definition.get("description", ""),
                "marks": read_marks(self._served, api, operation),
                "form": form,
                "shown": values,
                "errors": reading.errors if is_sent else {},
                "problem": problem,
                "offered": offered,
                "examples": list(read_examples(api, operation)),
                "example": example,
                "body_from": values.get(BODY_FROM, FROM_FIELDS if form.body else FROM_TEXT),
                "keys": self._keys.shown(mock.parcels, chosen),
                "takes_any": self._keys.takes_any,
                "chosen": "" if chosen is None else name_account(chosen),
                "signs": None if chosen is None else self._keys.secret_of(chosen).kind,
                "result": result,
                "is_whole": not reading.call or not reading.call.is_json or covers(form, reading.call.value),
                "snippets": () if reading.call is None else write_snippets(reading.call),
                "responses": list(_responses(api, operation)),
                "codes": _codes(api, operation),
                "needs_parcel": operation.resource in PARCELS and "{" in operation.template,
                "needs_connection": operation.resource == CONNECTIONS and "{" in operation.template,
                "creating": self._creating(api, operation),
            },
        )

    def _creating(self, api: Api, operation: ApiOperation) -> str | None:
        """The id of the operation that creates what this one needs."""
        name = CONNECTIONS if operation.resource == CONNECTIONS else "trackings"
        found = api.operation(name, "create")
        return None if found is None else found.id

    def _entry(self, api: Api, operation: ApiOperation) -> Entry:
        summary = look_up(api.document, operation.pointer).get("summary", operation.id)
        return Entry(operation=operation, summary=summary, marks=read_marks(self._served, api, operation))

    def _account(self, key: str | None) -> Account | None:
        """The account of a key, if it has one already."""
        return next((account for name, account in self._store.accounts() if name == key), None)

    def _api(self, page: PageRequest) -> Api:
        version = page.parts["version"]
        if version not in self._served.versions:
            served = ", ".join(self._served.versions)
            raise ControlError("unknown-version", f"version: this one is not served; there are {served}", 404)
        return self._served.load(version)[0]

    def _find(self, page: PageRequest) -> tuple[Api, ApiOperation]:
        api = self._api(page)
        name = page.parts["operation"]
        found = next((each for each in api.operations if each.id == name), None)
        if found is not None:
            return api, found
        having = [
            version
            for version in self._served.versions
            if any(each.id == name for each in self._served.load(version)[0].operations)
        ]
        where = f"; {', '.join(having)} have it" if having else ""
        raise ControlError(
            "unknown-operation", f"operation: {api.version} has no operation of this name{where}", 404
        )


def _prefilled(form: Form, offered: Mapping[str, list[str]], example: Any) -> dict[str, str]:
    """What a fresh form holds: the needed parameters, and the example of the body."""
    values = {
        each.input: (offered.get(each.name) or [each.example or ""])[0] if each.required else ""
        for each in form.parameters
    }
    if example is None:
        return values
    if form.operation.body is not None and form.operation.body.kind != "json":
        return {**values, BODY: str(example), BODY_FROM: FROM_TEXT}
    source = FROM_FIELDS if form.body and covers(form, example) else FROM_TEXT
    return {**values, **show_fields(form, example), BODY: write_body(example), BODY_FROM: source}


def _responses(api: Api, operation: ApiOperation) -> Iterator[tuple[str, str]]:
    """The declared responses: status and description."""
    definition = look_up(api.document, operation.pointer)
    for status in definition["responses"]:
        _, found = resolve(api.document, join(operation.pointer, "responses", status))
        yield str(status), found.get("description", "")


def _codes(api: Api, operation: ApiOperation) -> list[tuple[int, int, str]]:
    """The documented error codes: code, status, message."""
    known = [(code, api.errors[code]) for code in operation.codes if code in api.errors]
    return [(code, error.status, error.message) for code, error in known]
