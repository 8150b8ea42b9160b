"""`mock`: in this process (jsonschema-rs), and on a port (uvicorn, httptools, uvloop) with a page (jinja2)
and an app from a file (pyyaml)."""

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import httpx

from aftership_tracking import AfterShip
from aftership_tracking.mock import Mock

with AfterShip("any-key", http_client=httpx.Client(transport=Mock().transport())) as client:
    parcel = client.trackings.create(tracking_number="ITOD-3-42", slug="testing-courier")
    assert client.trackings.get(parcel.id).tag == "Pending"

Path("apps.yaml").write_text(
    "merchants: [Anna]\n"
    "apps: [{name: A, client_id: a, client_secret: b, redirect_uris: ['http://127.0.0.1/'],"
    " scopes: ['aftership:tracking:read']}]\n",
    "utf-8",
)
ready = Path("ready.json")
arguments = ["--port", "0", "--ready-file", str(ready), "--quiet", "--oauth", "apps.yaml"]
with subprocess.Popen([sys.executable, "-m", "aftership_tracking.mock", *arguments]) as served:
    try:
        while not ready.exists():
            assert served.poll() is None
            time.sleep(0.05)
        url = json.loads(ready.read_text("utf-8"))["url"]
        with AfterShip("any-key", base_url=url) as client:
            assert list(client.trackings.list()) == []
        with urllib.request.urlopen(f"{url}/_mock/", timeout=60) as page:
            assert b"<html" in page.read()
    finally:
        served.terminate()
print("done")
