"""Who may see the pages and send their forms.

A form is not JSON, so it is checked in another way than a body of the control API: the browser has to say
that it comes from a page of this mock (Origin or Sec-Fetch-Site), and the cookie of a login is not sent
along from pages of other sites (SameSite=Strict). A policy forbids the browser to run or load anything but
the mock's own files.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie

from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.security import is_own_origin, sent_token
from aftership_tracking.mock.wire.message import MAX_BODY_BYTES, MockRequest

FORM = "application/x-www-form-urlencoded"
POLICY_HEADER = "content-security-policy"


def policy(*, leads_elsewhere: bool = False) -> str:
    """Return the policy of a page, whose forms may lead to other sites or not.

    A browser holds the whole way of a form against it: each redirect of the response, and of what comes then,
    which an app may send anywhere. The form itself is always sent to the mock.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self' http: https:" if leads_elsewhere else "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


SAFETY_HEADERS = {
    POLICY_HEADER: policy(),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Not no-referrer: browsers then hide the origin of a form too, and it could not be checked.
    "referrer-policy": "same-origin",
}


def check_sender(request: MockRequest) -> None:
    """Refuse what pages of other sites send. They may have links to the pages of the mock, and nothing else.

    Raises:
        ControlError: it is refused.
    """
    headers = request.headers
    is_own = headers.get("sec-fetch-site") == "same-origin"
    origin = headers.get("origin")
    if origin is not None:
        is_own = is_own_origin(request, origin)
    if request.method in ("GET", "HEAD"):
        is_link = headers.get("sec-fetch-mode") == "navigate"
        is_foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if (origin is not None and not is_own) or (is_foreign and not is_link):
            raise ControlError("foreign-origin", "origin: pages of other sites may not read the console", 403)
        return
    if not is_own:
        raise ControlError(
            "foreign-origin",
            "origin: a form of the console comes from a page of the console; programs use the control API",
            403,
        )
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise ControlError("not-a-form", f"content-type: forms are sent as {FORM}", 415)
    if len(request.body) > MAX_BODY_BYTES:
        raise ControlError("too-long", f"the form is longer than {MAX_BODY_BYTES} bytes", 413)


MOST_SESSIONS = 1000


class Login:
    """Lets browsers in that gave the token. A cookie is good until its browser logs out or the mock ends, for
    the pages only.

    Args:
        token: that of the control API; None for no login at all.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        # In the order of the logins.
        self._sessions: dict[str, None] = {}

    @property
    def is_needed(self) -> bool:
        return self._token is not None

    def is_in(self, request: MockRequest) -> bool:
        """Whether a request may see the pages: by its cookie, or by the token in a header."""
        if self._token is None or _same(sent_token(request), self._token):
            return True
        session = _sent_session(request)
        # Found by its hash: the time that takes tells nothing about the sessions.
        return session is not None and _fingerprint(session) in self._sessions

    def enter(self, request: MockRequest, given: str) -> str:
        """Return the cookie for a token.

        Raises:
            ControlError: it is not the token of this mock.
        """
        if self._token is None or not _same(given.strip(), self._token):
            raise ControlError("wrong-token", "token: this is not the token of --control-token", 401)
        # Not the token itself: a cookie is stored on disk, and must not open the control API.
        session = secrets.token_urlsafe(32)
        self._sessions[_fingerprint(session)] = None
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        return self._cookie(request, session)

    def leave(self, request: MockRequest) -> str:
        """End the login of a browser. Return the cookie that says so."""
        if (session := _sent_session(request)) is not None:
            self._sessions.pop(_fingerprint(session), None)
        return self._cookie(request, "") + "; Max-Age=0"

    def _cookie(self, request: MockRequest, value: str) -> str:
        path = f"{request.mount.decode('ascii', 'replace')}/_mock"
        return f"{_cookie_name(request)}={value}; Path={path}; HttpOnly; SameSite=Strict"


def _cookie_name(request: MockRequest) -> str:
    """Cookies belong to a host and not to a port: two mocks of one machine must not share one."""
    port = request.headers.get("host", "").rpartition(":")[2]
    return f"aftership-mock-{port}" if port.isascii() and port.isdigit() else "aftership-mock"


def _sent_session(request: MockRequest) -> str | None:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(_cookie_name(request))
    except CookieError:
        return None
    return None if found is None else found.value


def _fingerprint(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
