"""Check every composed document with tools that are not ours: openapi-spec-validator, Redocly, Spectral.

Redocly and Spectral come from npm. Without npm they are left out on a user's machine; CI fails without them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from generator.document.compose import compose, versions

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec"


def validate(version: str) -> list[str]:
    """Problems that openapi-spec-validator finds in one composed document."""
    document = compose(SPEC, version)
    return [f"{version}: {error.message}" for error in OpenAPIV31SpecValidator(document.raw).iter_errors()]


def npm_linters(folder: Path) -> list[list[str]]:
    """The command lines of the npm linters for every document in the folder."""
    files = [str(path) for path in sorted(folder.glob("*.json"))]
    programs = ROOT / "node_modules" / ".bin"
    rules = str(SPEC / ".spectral.yaml")
    return [
        [str(programs / "redocly"), "lint", "--config", str(SPEC / "redocly.yaml"), *files],
        [str(programs / "spectral"), "lint", "--ruleset", rules, "--fail-severity=hint", *files],
    ]


def main() -> int:
    found = versions(SPEC)
    problems = [problem for version in found for problem in validate(version)]
    print("\n".join([*problems, f"openapi-spec-validator: {len(found)} documents, {len(problems)} problems"]))
    if shutil.which("npm") is None:
        print("npm is missing: Redocly and Spectral were left out")
        return 1 if problems or os.environ.get("CI") else 0
    subprocess.run(["make", "--silent", "node_modules/.ready"], cwd=ROOT, check=True)
    failed = bool(problems)
    with tempfile.TemporaryDirectory() as folder:
        for version in found:
            composed = json.dumps(compose(SPEC, version).raw)
            (Path(folder) / f"{version}.json").write_text(composed, "utf-8")
        for command in npm_linters(Path(folder)):
            environment = {**os.environ, "REDOCLY_TELEMETRY": "off"}
            failed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0 or failed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
