"""Run the partner app of two merchants, with a mock of the service that it starts itself.

    python -m examples.partner_app [--tokens tokens.db] [--apps FILE]

Open http://127.0.0.1:8000, or begin with an install on the page "Apps" of the mock. It needs the packages
fastapi and uvicorn, and the extra `mock`. If AFTERSHIP_BASE_URL is set, it uses that mock, which has to be
started by `aftership mock --oauth examples/partner_app/apps.toml`.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from aftership_tracking.oauth import SqliteTokenStore

try:
    import uvicorn

    from .app import create_app
except ImportError as error:
    sys.exit(f"{error}. Run: python -m pip install fastapi uvicorn 'aftership-tracking-client[cli,mock]'")
from .settings import APPS, read_settings


@contextmanager
def running_mock(apps: Path) -> Generator[str, None, None]:
    """Start a mock on a free port, and return its address."""
    command = [sys.executable, "-m", "aftership_tracking.mock", "--port", "0", "--json", "--oauth", str(apps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = process.stdout.readline()
            if not ready:
                sys.exit("The mock did not start.")
            yield json.loads(ready)["url"]
        finally:
            process.terminate()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.partner_app")
    parser.add_argument("--tokens", metavar="FILE", default="tokens.db", help="where tokens are stored")
    parser.add_argument("--apps", metavar="FILE", type=Path, default=APPS, help="what registers the app")
    options = parser.parse_args(arguments)
    # The server repeats the signal that ended it, which would leave the mock behind.
    signal.signal(signal.SIGTERM, end)
    if service := os.environ.get("AFTERSHIP_BASE_URL"):
        serve(service, options.apps, options.tokens)
        return
    with running_mock(options.apps) as url:
        print(f"AFTERSHIP_BASE_URL is not set: a mock was started at {url}", flush=True)
        serve(url, options.apps, options.tokens)
    print("The mock was stopped.", flush=True)


def end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def serve(service: str, apps: Path, tokens: str) -> None:
    settings = read_settings(service.rstrip("/"), apps)
    print(f"The partner app is at {settings.home}/, the mock at {service}/_mock/", flush=True)
    app = create_app(settings, SqliteTokenStore(tokens))
    uvicorn.run(app, host="127.0.0.1", port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
