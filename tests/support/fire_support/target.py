"""The mock as a process that is shot at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from patience import PATIENCE

# Short, because each slow caller waits for it; a caller who is only unlucky is not that slow.
READ_TIMEOUT = 6.0


@dataclass
class Target:
    process: subprocess.Popen[str]
    port: int

    def memory(self) -> float:
        """MiB that the process holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def cpu(self) -> float:
        """CPU seconds that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def target(fault: str = "", read_timeout: float = READ_TIMEOUT) -> Iterator[Target]:
    """Run the mock, with a planted fault or without."""
    command = [sys.executable, "-m", "fire_support.child", str(read_timeout), fault]
    support = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=support) as process:
        try:
            assert process.stdout is not None
            yield Target(process, int(process.stdout.readline()))
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()
