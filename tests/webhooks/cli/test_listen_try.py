"""What `aftership webhook listen` says to try can be copied as it is, whatever its secret comes from."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from patience import PATIENCE
from webhook_sender_support.commands import COMMAND


@pytest.mark.parametrize("source", ["--secret-env", "--secret-file"])
def test_the_line_to_try_signs_with_the_same_secret(tmp_path: Path, source: str) -> None:
    path = tmp_path / "the secret"
    path.write_text("own-secret", "utf-8")
    given = "OWN_SECRET" if source == "--secret-env" else str(path)
    environment = {**os.environ, "OWN_SECRET": "own-secret"}
    environment.pop("AFTERSHIP_WEBHOOK_SECRET", None)
    listen = [*COMMAND, "webhook", "listen", "--port", "0", source, given]
    with subprocess.Popen(listen, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().partition("Try: ")[2]
            program, *arguments = shlex.split(line)
            assert program == "aftership"
            done = subprocess.run(
                [*COMMAND, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                env=environment,
                timeout=PATIENCE,
                check=False,
            )
        finally:
            process.kill()
    assert (done.returncode, done.stderr) == (0, ""), line
