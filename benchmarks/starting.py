"""How long a start takes: import, build a client; over bare Python, against `import httpx`; and the help of
the command.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks import peers
from benchmarks.figure import Figure
from benchmarks.report import budgets

ROUNDS = 15
CLIENT = "from aftership_tracking import AfterShip; client = AfterShip(api_key='k')"
FIRST_USE = f"""
import json, warnings, httpx
warnings.simplefilter("ignore")
{CLIENT[: CLIENT.index(";")]}
body = json.dumps({{"meta": {{"code": 200}}, "data": {{"tracking": {{"id": "1"}}}}}}).encode()
transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
AfterShip(api_key="k", http_client=httpx.Client(transport=transport)).trackings.get("1")
"""
HELP = """
import contextlib, io
from aftership_tracking.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["--help"])
"""
SDK = "import tracking; tracking.Client(tracking.Configuration(api_key='k', api_secret='s'))"
SDK_FIRST_USE = """
import json, httpx
from tracking import Client, Configuration
from tracking.request import ApiClient
body = json.dumps({"meta": {"code": 200}, "data": {"id": "1"}}).encode()
headers = {"content-type": "application/json"}
transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body, headers=headers))
# All clients of the SDK share this HTTP client.
ApiClient._client = httpx.Client(transport=transport)
Client(Configuration(api_key="k")).tracking.get_tracking_by_id("1")
"""
ROW = "import and build a client, against import httpx"
FIRST = "import, build a client, get a first response, against import httpx"


def cpu_seconds(python: Path, code: str) -> float:
    """CPU seconds of a separate process that runs the code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(python), "-W", "ignore", "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def figures() -> list[Figure]:
    ours, theirs = Path(sys.executable), peers.python()
    candidates = {
        "bare": (ours, ""),
        "httpx": (ours, "import httpx"),
        "client": (ours, CLIENT),
        "first use": (ours, FIRST_USE),
        "typer": (ours, "import typer"),
        "help": (ours, HELP),
        "their bare": (theirs, ""),
        "their httpx": (theirs, "import httpx"),
        "sdk": (theirs, SDK),
        "sdk, first use": (theirs, SDK_FIRST_USE),
    }
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(ROUNDS + 1):
        for name, (python, code) in candidates.items():
            elapsed = cpu_seconds(python, code)
            if turn:
                taken[name].append(elapsed)
    seconds = {name: statistics.median(values) for name, values in taken.items()}
    httpx = seconds["httpx"] - seconds["bare"]
    their_httpx = seconds["their httpx"] - seconds["their bare"]
    return [
        Figure(ROW, "client", (seconds["client"] - seconds["bare"]) / httpx, budgets.START),
        Figure(ROW, peers.OFFICIAL_SDK, (seconds["sdk"] - seconds["their bare"]) / their_httpx),
        Figure(FIRST, "client", (seconds["first use"] - seconds["bare"]) / httpx),
        Figure(FIRST, peers.OFFICIAL_SDK, (seconds["sdk, first use"] - seconds["their bare"]) / their_httpx),
        Figure(
            "`aftership --help`, against import typer",
            "aftership",
            (seconds["help"] - seconds["bare"]) / (seconds["typer"] - seconds["bare"]),
            budgets.HELP,
        ),
    ]
