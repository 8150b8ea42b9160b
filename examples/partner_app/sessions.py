"""Sessions of browsers, in memory: a cookie that nobody can guess, and what belongs to it."""

import secrets
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

COOKIE = "partner-app-session"
MOST = 10_000


@dataclass
class Session:
    """`user`: who is signed in, by the id of this app. `state`: of the consent that was begun last."""

    user: str | None = None
    state: str | None = None
    is_installing: bool = False

    def take_state(self) -> str:
        """The state, which is good for one redirect; empty without one."""
        state, self.state = self.state, None
        return state or ""


class Sessions:
    """Your framework has something better, which survives a restart."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def find(self, request: Request) -> Session:
        """The session of a browser. A new one is forgotten unless `begin` stores it."""
        return self._sessions.get(request.cookies.get(COOKIE, ""), Session())

    def begin(self, request: Request, response: Response, session: Session) -> None:
        """Store a session under a new name. The one that the browser had is worth nothing from now on."""
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)
        while len(self._sessions) >= MOST:
            self._sessions.pop(next(iter(self._sessions)))
        name = secrets.token_urlsafe()
        self._sessions[name] = session
        # Lax: the redirect comes from another site, and a form of another site must not bring the cookie.
        # Add secure=True where the app is reached by https.
        response.set_cookie(COOKIE, name, httponly=True, samesite="lax")
