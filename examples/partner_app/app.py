"""The routes: install, consent, redirect, the parcels of each merchant, uninstall."""

import secrets
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from aftership_tracking import AfterShip
from aftership_tracking.errors import AfterShipError, AuthenticationError, NotConnectedError
from aftership_tracking.oauth import (
    MissingScopeError,
    RedirectError,
    Tenants,
    TokenStore,
    scopes_of,
)

from . import pages
from .sessions import Session, Sessions
from .settings import Settings

# The merchants of this app, by its own ids. Which AfterShip account is theirs, the consent decides.
USERS = ("anna", "ben")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, without a package for it."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


Form = Annotated[dict[str, str], Depends(read_form)]


def create_app(settings: Settings, store: TokenStore) -> FastAPI:
    """Make the app. `store`: the tokens of each merchant."""
    oauth = settings.oauth
    tenants = Tenants(oauth, store, AfterShip, base_url=settings.service)
    # What the pages call decides what is requested. Nothing is sent here.
    calls = tenants.client(USERS[0]).trackings
    needed = scopes_of(calls.list, calls.create).scopes
    sessions = Sessions()
    app = FastAPI(openapi_url=None)

    @app.get("/install")
    def install(request: Request) -> Response:
        """The App URL: AfterShip sends the browser of a merchant here, signed."""
        oauth.read_install(_parameters(request))
        session = sessions.find(request)
        if session.user is None:
            response = HTMLResponse(pages.sign_in_page(USERS))
            sessions.begin(request, response, Session(is_installing=True))
            return response
        return _ask_for_consent(session)

    @app.get("/connect")
    def connect(request: Request) -> Response:
        """The same, begun on our own page."""
        session = sessions.find(request)
        return _go("/") if session.user is None else _ask_for_consent(session)

    def _ask_for_consent(session: Session) -> Response:
        session.state = secrets.token_urlsafe()
        return _go(oauth.authorization_url(state=session.state, scopes=needed))

    @app.get("/connected")
    def connected(request: Request) -> Response:
        """The redirect URI: the browser comes back, with a code or with an error."""
        session = sessions.find(request)
        code = oauth.read_redirect(_parameters(request), state=session.take_state())
        if session.user is None:
            return _go("/")
        store.put(session.user, oauth.connect(code))
        return _go("/")

    @app.get("/")
    def home(request: Request) -> HTMLResponse:
        return HTMLResponse(_show(sessions.find(request).user))

    @app.post("/parcels")
    def add(request: Request, form: Form) -> Response:
        user = sessions.find(request).user
        if user is None:
            return _go("/")
        try:
            tenants.client(user).trackings.create(tracking_number=form.get("number", ""))
        except MissingScopeError as error:
            return HTMLResponse(_show(user, f"{error.message}. Connect again, and allow it."), 403)
        except AfterShipError as error:
            return HTMLResponse(_show(user, error.message), 400)
        return _go("/")

    @app.post("/uninstall")
    def uninstall(request: Request) -> Response:
        user = sessions.find(request).user
        if user is not None:
            tenants.disconnect(user)
        return _go("/")

    @app.post("/sign-in")
    def sign_in(request: Request, form: Form) -> Response:
        user = form.get("user", "")
        if user not in USERS:
            return HTMLResponse(pages.error_page("Nobody of that name is known.", None), 400)
        response = _go("/connect" if sessions.find(request).is_installing else "/")
        sessions.begin(request, response, Session(user=user))
        return response

    @app.post("/sign-out")
    def sign_out(request: Request) -> Response:
        response = _go("/")
        sessions.begin(request, response, Session())
        return response

    @app.exception_handler(RedirectError)
    def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, RedirectError)
        return HTMLResponse(pages.error_page(error.message, error.hint), 400)

    @app.exception_handler(AfterShipError)
    def fail(_: Request, error: Exception) -> Response:
        assert isinstance(error, AfterShipError)
        return HTMLResponse(pages.error_page(error.message, error.hint), 502)

    def _show(user: str | None, note: str = "") -> str:
        if user is None:
            return pages.sign_in_page(USERS)
        if store.get(user) is None:
            return pages.connect_page(user, note)
        try:
            return pages.parcels_page(user, tenants.client(user).trackings.list(), note)
        except MissingScopeError as error:
            return pages.connect_page(user, f"{error.message}. Connect again, and allow it.")
        except AuthenticationError:
            # The merchant uninstalled the app over there, or the tokens are too old to be renewed.
            store.delete(user)
            return pages.connect_page(user, "The connection has ended.")
        except NotConnectedError:
            # Since the line above, another process has deleted the tokens.
            return pages.connect_page(user, note)

    return app


def _parameters(request: Request) -> Mapping[str, str]:
    """All parameters of a request. One that comes twice is refused: nobody knows which one was signed."""
    pairs = request.query_params.multi_items()
    if len(dict(pairs)) < len(pairs):
        raise RedirectError("a parameter came more than once")
    return dict(pairs)


def _go(url: str) -> RedirectResponse:
    return RedirectResponse(url, 303, {"cache-control": "no-store"})
