"""The example partner app and a mock, both on ports of this machine, and a browser for the consent."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from aftership_tracking.mock import Mock
from aftership_tracking.mock.control.oauth.oauth_file import read_oauth_file
from aftership_tracking.oauth import MemoryTokenStore, OAuthApp
from examples.partner_app.app import create_app
from examples.partner_app.settings import APPS, read_settings
from page_support.served import serve_here
from patience import PATIENCE, wait_until

ANNA, BEN = "Anna's Antiques", "Ben's Bikes"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@dataclass
class PartnerWorld:
    """`url`: of the mock. `home`: of the partner app. `oauth`: as which it acts."""

    mock: Mock
    url: str
    home: str
    oauth: OAuthApp
    store: MemoryTokenStore

    def clear(self) -> None:
        self.mock.reset()
        for user in ("anna", "ben"):
            self.store.delete(user)

    def tokens(self, user: str) -> Any:
        found = self.store.get(user)
        assert found is not None
        return found


@contextmanager
def serving_app(app: Any, listener: socket.socket) -> Iterator[None]:
    """Serve an ASGI application on a socket that listens."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), "the partner app listens")
        yield
    finally:
        server.should_exit = True
        thread.join()


def write_apps(folder: Path, port: int, name: str = "Parcel Pages") -> Path:
    """The file of the example, for another port."""
    path = folder / "apps.toml"
    text = APPS.read_text("utf-8").replace(":8000/", f":{port}/")
    path.write_text(text.replace('name = "Parcel Pages"', f"name = {json.dumps(name)}"), "utf-8")
    return path


@contextmanager
def serve_world(folder: Path, name: str = "Parcel Pages") -> Iterator[PartnerWorld]:
    with ExitStack() as opened:
        listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        apps = write_apps(folder, listener.getsockname()[1], name)
        served = opened.enter_context(serve_here(Mock(tokens=read_oauth_file(apps))))
        settings = read_settings(served.url, apps)
        store = MemoryTokenStore()
        opened.enter_context(serving_app(create_app(settings, store), listener))
        yield PartnerWorld(served.mock, served.url, settings.home, settings.oauth, store)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerWorld]:
    with serve_world(tmp_path_factory.mktemp("apps")) as found:
        yield found


@pytest.fixture
def world(shared: PartnerWorld) -> PartnerWorld:
    shared.clear()
    return shared


@pytest.fixture
def new_world(tmp_path: Path) -> Any:
    """A world whose app has another name."""
    return lambda name: serve_world(tmp_path, name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Imported here: most of the tests below need no browser.
    from page_support.browser import running_browser

    with running_browser() as found:
        yield found


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A browser without a window: it has cookies, and follows nothing by itself."""
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


COMMAND = [sys.executable, "-m", "examples.partner_app"]
