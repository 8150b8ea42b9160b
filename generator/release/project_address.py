"""The address of the repository, from the one setting that has it.

Project URLs, the links of the package index and those of the site are made from it.

It needs the standard library alone, because `hatch_build.py` imports it where nothing else is installed.
As a program it takes the address where a workflow runs, and fails if the setting is another one.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from generator.errors import RefusedError

SETTING = "repository, below [tool.aftership-tracking-client] in pyproject.toml,"
API_DOCUMENTATION = "https://www.aftership.com/docs/tracking"

# Letters that need no escape in Markdown, HTML and TOML. So there is no user, no password and no query.
_ADDRESS = re.compile(r"https://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d+)?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


def read_address(root: Path) -> str:
    """The address of the repository, without a slash at its end; nothing while it is not set.

    `root` is the folder of pyproject.toml. Raises `RefusedError` for what is not such an address.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    address = project.get("tool", {}).get("aftership-tracking-client", {}).get("repository", "")
    if address == "":
        return ""
    # The value is not printed: it may hold a password.
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address) or address.endswith(".git"):
        raise RefusedError(
            f"{SETTING} is not an address that links can be made from.",
            'Write it as "https://HOST/OWNER/NAME", without a user, a query, and "/" or ".git" at the end.',
        )
    return address


def require_address(root: Path) -> str:
    """The same. Raises `RefusedError` while it is not set, too: nothing may be published then."""
    address = read_address(root)
    if not address:
        raise RefusedError(
            f"{SETTING} is empty, so the links of the package would lead nowhere.",
            "Write the https address of the repository there, and commit.",
        )
    return address


def project_urls(address: str, version: str) -> dict[str, str]:
    """What the package index shows beside the description, label to URL; without an address, one."""
    own = {
        "Homepage": address,
        "Source": f"{address}/tree/v{version}",
        "Documentation": f"{address}/tree/v{version}/docs",
        "Changelog": f"{address}/blob/v{version}/CHANGELOG.md",
        "Issues": f"{address}/issues",
    }
    return {**(own if address else {}), "API documentation": API_DOCUMENTATION}


def require_same_address(root: Path, running: str) -> None:
    """Raise `RefusedError` if the address is not that of the repository in which a workflow runs."""
    if require_address(root).lower() != running.lower():
        raise RefusedError(f"{SETTING} is not {running}, where this runs.", "Correct it, and commit.")


def main() -> int:
    """Compare the setting of this project with the argument; return 1 and print why if they differ."""
    try:
        require_same_address(Path(__file__).resolve().parents[2], sys.argv[1])
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
