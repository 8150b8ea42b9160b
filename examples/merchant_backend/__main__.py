"""Run the backend. Without AFTERSHIP_BASE_URL it starts a mock of the service, with a sample parcel."""

import argparse
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from aftership_tracking import AfterShip, DeliveryStatus
from aftership_tracking.errors import UsageError

try:
    import uvicorn

    from .app import create_app
except ImportError as error:
    sys.exit(f"{error}. Run: python -m pip install fastapi uvicorn jinja2 'aftership-tracking-client[mock]'")
from .registration import register
from .shipments import Shipments


def run(listener: socket.socket, database: Path) -> None:
    secret = os.environ.get("AFTERSHIP_WEBHOOK_SECRET")
    if not secret:
        sys.exit("AFTERSHIP_WEBHOOK_SECRET is not set: without it no webhook can be verified.")
    with AfterShip() as client:
        app = create_app(client, secret, database)
        uvicorn.Server(uvicorn.Config(app, log_config=None)).run(sockets=[listener])


def run_with_a_mock(listener: socket.socket, speed: float, once: bool) -> None:
    from aftership_tracking.mock import Mock
    from aftership_tracking.testing.mock_on_port import MockOnPort

    home, secret = f"http://127.0.0.1:{listener.getsockname()[1]}", secrets.token_hex()
    with (
        TemporaryDirectory() as folder,
        MockOnPort(Mock()) as served,
        AfterShip("any-key", base_url=served.url) as client,
    ):
        print(f"AFTERSHIP_BASE_URL is not set: a mock was started at {served.url}", flush=True)
        served.mock.speed = speed
        served.mock.webhooks.add(f"{home}/webhooks/aftership", secret=secret)
        shipments = Shipments(Path(folder) / "shop.db")
        server = uvicorn.Server(
            uvicorn.Config(create_app(client, secret, Path(folder) / "shop.db"), log_config=None)
        )
        # The number says what happens: in transit, out for delivery and delivered, three minutes apart.
        sample = shipments.add("A-17", "ITOD-3-42", "testing-courier")
        register(client, shipments, sample)
        print(f"The page of a sample parcel: {home}/parcels/{sample.page}", flush=True)
        if once:
            arguments = (server, shipments, sample.page)
            threading.Thread(target=stop_when_delivered, args=arguments, daemon=True).start()
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass  # uvicorn has ended everything, and then repeats the signal
        finally:
            served.mock.webhooks.stop()
    print("The mock was stopped.", flush=True)


def stop_when_delivered(server: uvicorn.Server, shipments: Shipments, page: str) -> None:
    while True:
        found = shipments.on_page(page)
        if found and found.tracking and found.tracking.tag == DeliveryStatus.DELIVERED:
            server.should_exit = True
            return
        time.sleep(0.1)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.merchant_backend", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="default: %(default)s; 0 takes a free one")
    parser.add_argument("--database", type=Path, default=Path("shop.db"), help="default: %(default)s")
    parser.add_argument("--speed", type=float, default=60, help="of the mock's parcels; default: %(default)s")
    parser.add_argument("--once", action="store_true", help="stop when the sample parcel is delivered")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, interrupt)  # so that everything is closed
    with socket.create_server(("127.0.0.1", options.port)) as listener:
        if os.environ.get("AFTERSHIP_BASE_URL"):
            run(listener, options.database)
        else:
            run_with_a_mock(listener, options.speed, options.once)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
    except UsageError as error:  # such as a missing key
        sys.exit(str(error))
