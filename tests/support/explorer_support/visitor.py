"""A browser without script: it reads the forms of a page, and sends them as they are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from aftership_tracking.mock import Mock, MockRequest, MockResponse

ROOT = "/_mock/explorer"
HOST = "127.0.0.1:4010"


@dataclass
class Control:
    """A control of a form."""

    name: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    attributes: dict[str, str | None] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Collects what the tests look at: controls, links, code and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.controls: dict[str, Control] = {}
        self.links: list[str] = []
        self.lists: dict[str, list[str]] = {}
        self.code: dict[str, str] = {}
        self.errors: list[str] = []
        self.words: list[str] = []
        self.action = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._select: Control | None = None
        self._textarea: Control | None = None
        self._list: list[str] | None = None
        self._pre: str | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """The visible text."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    @property
    def values(self) -> dict[str, str]:
        """What a browser sends if nobody changes anything."""
        return {
            name: control.value
            for name, control in self.controls.items()
            if "disabled" not in control.attributes
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "form" and found.get("method") == "post" and found.get("id") == "call":
            self.action = str(found["action"])
        elif tag == "a":
            self.links.append(str(found.get("href")))
        elif tag == "input":
            if found.get("type") == "radio":
                if "checked" in found or name not in self.controls:
                    value = str(found["value"]) if "checked" in found else ""
                    self.controls[name] = Control(name, value, attributes=found)
            elif name:
                self.controls[name] = Control(name, found.get("value") or "", attributes=found)
        elif tag == "textarea":
            self._textarea = self.controls[name] = Control(name, attributes=found)
        elif tag == "select":
            self._select = self.controls[name] = Control(name, attributes=found)
        elif tag == "option":
            self._option(found)
        elif tag == "datalist":
            self._list = self.lists[str(found["id"])] = []
        elif tag == "pre":
            self._pre = str(found.get("aria-label"))
            self.code[self._pre] = ""
        self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser leaves out the line break after the tag.
            assert self._textarea is not None
            self._textarea.value = re.sub(r"\A\r?\n", "", self._textarea.value)
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "datalist":
            self._list = None
        elif tag == "pre":
            self._pre = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data
        elif self._pre is not None:
            self.code[self._pre] += data
        else:
            self.words.append(data)
            if self._open and "error" in (self._open[-1][1].get("class") or "").split() and data.strip():
                self.errors.append(data.strip())
        if self._select is not None and self._open and self._open[-1][0] == "option":
            self._late_option(data.strip())

    def _option(self, found: Mapping[str, Any]) -> None:
        if self._list is not None:
            self._list.append(str(found.get("value")))
        elif self._select is not None and "value" in found:
            self._select.options.append(str(found["value"]))
            if "selected" in found or len(self._select.options) == 1:
                self._select.value = str(found["value"] or "")

    def _late_option(self, text: str) -> None:
        """An option without a value has its text as value."""
        found = self._open[-1][1]
        if self._select is not None and "value" not in found and text:
            self._select.options.append(text)
            if "selected" in found:
                self._select.value = text


@dataclass
class Visitor:
    """Somebody in front of the explorer of a mock."""

    mock: Mock

    def request(
        self,
        method: str,
        target: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> MockResponse:
        """Send a request to a page as a browser does."""
        path, _, query = target.partition("?")
        sent = {"host": HOST, "sec-fetch-site": "same-origin"}
        body = b""
        if form is not None:
            sent |= {"content-type": "application/x-www-form-urlencoded", "origin": f"http://{HOST}"}
            body = urlencode(form).encode()
        sent |= headers or {}
        return self.mock.handle(MockRequest(method, path.encode(), query.encode(), sent, body))

    def open(self, path: str = "", status: int = 200) -> PageReader:
        """Open a page below the explorer."""
        response = self.request("GET", f"{ROOT}/{path}".rstrip("/"))
        assert response.status == status, response.body.decode()[:2000]
        assert response.headers["content-type"].startswith("text/html")
        return PageReader(response.body.decode())

    def send(self, page: PageReader, status: int = 200, do: str = "send", **changes: str) -> PageReader:
        """Fill in and send the form of a page. In the names of controls, `__` is a dot."""
        form = page.values | {name.replace("__", "."): value for name, value in changes.items()} | {"do": do}
        response = self.request("POST", page.action.partition("#")[0], form)
        assert response.status == status, PageReader(response.body.decode()).text[:2000]
        return PageReader(response.body.decode())

    def try_out(self, path: str, **changes: str) -> PageReader:
        """Open the page of an operation, fill in some controls, and send it."""
        return self.send(self.open(path), **changes)
