"""Handles requests for pages: checks them, finds the page, and writes what it returns."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from aftership_tracking.mock.accounts.oauth.authorization import find_repeated
from aftership_tracking.mock.console.page import (
    Handler,
    Leave,
    Page,
    PageRequest,
    Raw,
    Redirect,
    Routes,
    join_path,
)
from aftership_tracking.mock.console.rendering import PagesMissingError, link, render
from aftership_tracking.mock.console.security import (
    POLICY_HEADER,
    SAFETY_HEADERS,
    Login,
    check_sender,
    policy,
)
from aftership_tracking.mock.console.static_files import read_static, static_path
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.control.security import check_host
from aftership_tracking.mock.wire.message import CONTROL_ROOT, MockRequest, MockResponse

NAVIGATION = (
    ("Parcels", ""),
    ("Requests", "console/requests"),
    ("Webhooks", "console/webhooks"),
    ("Faults", "console/faults"),
    ("Clock", "console/clock"),
    ("Apps", "console/oauth"),
    ("Explorer", "explorer"),
)
"""The name and the path of each main page; one that has no route is left out."""
LOGIN, LOGOUT = "console/login", "console/logout"
MOST_FIELDS = 200
MOST_NOTES = 100
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_logger = logging.getLogger("aftership_tracking.mock")


class Site:
    """The pages of one mock.

    Args:
        routes: all pages, by their paths below `/_mock/`.
        token: that of the control API; a browser gives it once, on the login page.
        hosts: names of the mock besides those of this machine.
    """

    def __init__(
        self, mock: Sandbox, routes: Routes, *, token: str | None = None, hosts: Collection[str] = ()
    ) -> None:
        self._mock = mock
        self._routes = routes
        self._hosts = frozenset(name.lower() for name in hosts)
        self._login = Login(token)
        # What a form has done, for the page after it: it is shown once.
        self._notes: dict[str, str] = {}

    def handle(self, request: MockRequest, *, is_remote: bool) -> MockResponse:
        """Handle one request. `is_remote`: it came over a network, so its Host is checked."""
        path = _path_of(request)
        try:
            if is_remote:
                check_host(request, self._hosts)
            return self._static(path) or self._respond(request, path)
        except ControlError as error:
            return self._refuse(request, path, error)
        except PagesMissingError as error:
            return _response(503, f"{error}\n".encode(), TEXT)
        except Exception as error:  # a fault of the mock; the caller still gets a response
            _logger.exception("a page of the mock failed")
            return _response(500, f"{type(error).__name__} in the mock, see its log\n".encode(), TEXT)

    def _static(self, path: str) -> MockResponse | None:
        room, _, rest = path.partition("/")
        if not rest.startswith("static/"):
            return None
        found = read_static(room, rest.rpartition("/")[2])
        if found is None:
            raise ControlError("unknown-path", "path: there is no such file", 404)
        return _response(200, *found, {"cache-control": "max-age=31536000, immutable"})

    def _respond(self, request: MockRequest, path: str) -> MockResponse:
        check_sender(request)
        if path == LOGIN and request.method == "POST":
            return self._enter(request)
        if not self._login.is_in(request):
            return self._ask_for_token(request, path)
        if path == LOGOUT and request.method == "POST":
            return _redirect(_root(request), Redirect(to="", cookie=self._login.leave(request)), "")
        methods, parts = self._find(path)
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            return self._refuse_method(request, path, methods)
        pairs = _read_pairs(request.query, "the query")
        query, repeated = dict(pairs), find_repeated(pairs)
        form = dict(_read_pairs(request.body, "the form")) if method == "POST" else {}
        page = PageRequest(path=path, parts=parts, query=query, repeated=repeated, form=form)
        try:
            return self._show(request, methods[method], page)
        except ControlError as error:
            if method == "GET" and not query:
                raise
            # The page once more, with what was typed; a search that cannot be is left out.
            again = replace(page, error=error.message)
            if method == "GET":
                again = replace(again, form=query, query={})
            return self._show(request, methods["GET"], again, error.status)

    def _show(
        self, request: MockRequest, handler: Handler, page: PageRequest, status: int | None = None
    ) -> MockResponse:
        shown = handler(self._mock, page)
        if isinstance(shown, Redirect):
            return _redirect(_root(request), shown, self._keep(shown.note))
        if isinstance(shown, Leave):
            return _response(303, b"", TEXT, {"location": shown.url})
        if isinstance(shown, Raw):
            return _response(shown.status, shown.body, shown.kind)
        return self._write(request, shown, page, status)

    def _write(
        self,
        request: MockRequest,
        shown: Page,
        page: PageRequest,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> MockResponse:
        root = _root(request)

        def url(path: str, *segments: str, **query: Any) -> str:
            return link(root, join_path(path, *segments), query)

        html = render(
            shown.template,
            {
                **shown.values,
                "page": page,
                "url": url,
                "static": lambda room, name: link(root, static_path(room, name), {}),
                "navigation": [each for each in NAVIGATION if each[1] in self._routes],
                "note": self._notes.pop(page.query.get("note", ""), ""),
                "has_login": self._login.is_needed,
                "is_in": self._login.is_in(request),
            },
        )
        more = {POLICY_HEADER: policy(leads_elsewhere=shown.leads_elsewhere), **(headers or {})}
        return _response(status or shown.status, html.encode("utf-8", "replace"), HTML, more)

    def _refuse_method(self, request: MockRequest, path: str, methods: Mapping[str, Handler]) -> MockResponse:
        allowed = ", ".join(methods)
        message = f"method: this page knows {allowed}, not {request.method}"
        shown = Page(template="console/error.html", values={"message": message, "status": 405}, status=405)
        return self._write(request, shown, PageRequest(path=path), headers={"allow": allowed})

    def _refuse(self, request: MockRequest, path: str, error: ControlError) -> MockResponse:
        """A page with one sentence."""
        # A Host or a sender that is refused gets no page with links.
        if error.status == 403:
            return _response(error.status, f"{error.message}\n".encode(), TEXT)
        shown = Page(template="console/error.html", values={"message": error.message, "status": error.status})
        try:
            return self._write(request, shown, PageRequest(path=path), error.status)
        except PagesMissingError:
            return _response(error.status, f"{error.message}\n".encode(), TEXT)

    def _ask_for_token(self, request: MockRequest, path: str, error: str | None = None) -> MockResponse:
        back = ""
        if self._leads_to_a_page(path):
            query = request.query.decode("ascii", "replace") if request.method == "GET" else ""
            back = f"{path}?{query}" if query else path
        page = PageRequest(path=LOGIN, error=error)
        shown = Page(template="console/login.html", values={"back": back}, status=401)
        return self._write(request, shown, page, headers={"www-authenticate": "Bearer"})

    def _enter(self, request: MockRequest) -> MockResponse:
        form = dict(_read_pairs(request.body, "the form"))
        back = form.get("back", "")
        try:
            cookie = self._login.enter(request, form.get("token", ""))
        except ControlError as error:
            # The request is a form without a query: what the page was requested with is in the form.
            visit = replace(request, method="GET", query=back.partition("?")[2].encode("ascii", "replace"))
            return self._ask_for_token(visit, back.partition("?")[0], error.message)
        # Only to a page of the mock, whatever was sent.
        to = back if self._leads_to_a_page(back.partition("?")[0]) else ""
        return _redirect(_root(request), Redirect(to=to, cookie=cookie), "")

    def _leads_to_a_page(self, path: str) -> bool:
        try:
            return "GET" in self._find(path)[0]
        except ControlError:
            return False

    def _keep(self, note: str) -> str:
        """Store a sentence for the next page, and return its name."""
        if not note:
            return ""
        name = secrets.token_hex(4)
        self._notes[name] = note
        while len(self._notes) > MOST_NOTES:
            self._notes.pop(next(iter(self._notes)))
        return name

    def _find(self, path: str) -> tuple[Mapping[str, Handler], dict[str, str]]:
        segments = [unquote(segment, errors="replace") for segment in path.split("/")]
        for template, methods in self._routes.items():
            wanted = template.split("/")
            if len(wanted) != len(segments):
                continue
            pairs = list(zip(wanted, segments, strict=True))
            if all(name == given or (name.startswith("{") and given) for name, given in pairs):
                return methods, {name[1:-1]: given for name, given in pairs if name.startswith("{")}
        raise ControlError("unknown-path", "path: there is no such page", 404)


def _path_of(request: MockRequest) -> str:
    return request.path[len(CONTROL_ROOT) :].strip(b"/").decode("ascii", "replace")


def _root(request: MockRequest) -> str:
    return (request.mount + CONTROL_ROOT).decode("ascii", "replace")


def _read_pairs(raw: bytes, what: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise ControlError("too-long", f"{what} has more than {MOST_FIELDS} fields", 413) from None


def _redirect(root: str, shown: Redirect, note: str) -> MockResponse:
    path, _, query = shown.to.partition("?")
    target = link(root, path, {**dict(parse_qsl(query)), "note": note})
    headers = {"location": target, **({} if shown.cookie is None else {"set-cookie": shown.cookie})}
    return _response(303, b"", TEXT, headers)


def _response(status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> MockResponse:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **SAFETY_HEADERS,
        **(more or {}),
    }
    return MockResponse(status, headers, body)
