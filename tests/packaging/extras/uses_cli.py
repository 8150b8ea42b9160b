"""`cli`: the command, its config file (tomlkit), and a CSV file with a country (iso3166)."""

import subprocess
import sys
from pathlib import Path

AFTERSHIP = str(Path(sys.executable).with_name("aftership"))


def aftership(*arguments: str) -> str:
    done = subprocess.run([AFTERSHIP, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


assert "2026-07" in aftership("versions")
aftership("config", "set", "base_url", "http://127.0.0.1:4010")
assert "http://127.0.0.1:4010" in aftership("config", "show")
Path("shipments.csv").write_text("tracking_number,destination_country\nPARCEL0001,Germany\n", "utf-8")
assert "Write DEU" in aftership("csv", "check", "shipments.csv")
print("done")
