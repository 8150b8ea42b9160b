"""The first responses of a process may be decoded in many threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

# All threads build the first decoder at once; frequent switches make them meet in the middle of it.
SCRIPT = """
import sys, threading
from aftership_tracking.runtime.models.codec import decode
import aftership_tracking.v{module}.models as models

BODY = b'{{"meta": {{"code": 200}}, "data": {{"tracking": {{"tag": "Delivered"}}, "tag": "Delivered"}}}}'
sys.setswitchinterval(1e-6)
meet = threading.Barrier(8)

def work():
    meet.wait()
    decode(BODY, models.__name__, "TrackingResponse")

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("module", ["2024_01", "2026_07"])
def test_decoders_are_built_by_many_threads(module: str) -> None:
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(module=module)], capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
