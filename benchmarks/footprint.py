"""How many packages come with the client, and their size, beside those of its peers. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from importlib.metadata import distribution

from packaging.requirements import Requirement

from benchmarks import peers
from benchmarks.default_output import WHO
from benchmarks.figure import Figure
from benchmarks.report import budgets

NUMBER = "packages that come with it, on all levels"
SIZE = "size of these packages, MiB"
CLIENT = "aftership-tracking-client"
DEFAULT_OUTPUT = ("httpx", "attrs", "python-dateutil")
"""What openapi-python-client declares in the package that it writes."""
OF_THE_ENVIRONMENT = """
import json
from importlib.metadata import distributions
beside = {"pip", "setuptools", "wheel", "aftership-tracking-sdk"}
print(json.dumps({one.name: sum(file.size or 0 for file in one.files or ())
                  for one in distributions() if one.name.lower() not in beside}))
"""


def required_packages(names: Iterable[str]) -> dict[str, int]:
    """The installed packages that these need, themselves included, with their size in bytes."""
    sizes: dict[str, int] = {}
    waiting = list(names)
    while waiting:
        found = distribution(waiting.pop())
        if found.name.lower() in sizes:
            continue
        sizes[found.name.lower()] = sum(file.size or 0 for file in found.files or ())
        for text in found.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return sizes


def official_sdk() -> dict[str, int]:
    """The same for the official SDK: all that its own environment holds beside it and the installer."""
    done = subprocess.run(
        [str(peers.python()), "-c", OF_THE_ENVIRONMENT], check=True, capture_output=True, text=True
    )
    sizes: dict[str, int] = json.loads(done.stdout)
    return sizes


def figures() -> list[Figure]:
    ours = required_packages([CLIENT])
    del ours[CLIENT]
    found = {
        "client": ours,
        peers.OFFICIAL_SDK: official_sdk(),
        WHO: required_packages(DEFAULT_OUTPUT),
        "httpx": required_packages(["httpx"]),
    }
    promised = {"client": (budgets.DEPENDENCIES, budgets.DEPENDENCIES_SIZE)}
    numbers, sizes = [], []
    for who, packages in found.items():
        number, size = promised.get(who, (None, None))
        numbers.append(Figure(NUMBER, who, len(packages), number))
        sizes.append(Figure(SIZE, who, sum(packages.values()) / 2**20, size))
    return [*numbers, *sizes]
