"""Dockerfile and compose file. Where tests run there is no daemon and no base image, so no image is built.
Their lines are carried out in a folder that stands for the root of the image.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from anywhere_support import ROOT, Image, read_dockerfile, texts
from patience import PATIENCE, wait_until

DOCKERFILE = read_dockerfile()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SECRETS = {"AFTERSHIP_MOCK_TOKEN": "a-token", "AFTERSHIP_WEBHOOK_SECRET": "a-secret"}


def test_the_image_is_pinned_and_runs_as_nobody() -> None:
    bases = {text.partition(" AS ")[0] for text in texts(DOCKERFILE, "FROM")}
    (base,) = bases
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)
    assert texts(DOCKERFILE, "USER") == ["10001:10001"]
    last = [each.word for each in DOCKERFILE][-6:]
    assert last == ["ENV", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"]
    (port,) = texts(DOCKERFILE, "EXPOSE")
    (health,) = texts(DOCKERFILE, "HEALTHCHECK")
    (command,) = texts(DOCKERFILE, "CMD")
    assert f":{port}/_mock/health" in health
    assert f'"--port", "{port}"' in command


def test_what_the_image_copies_is_not_ignored() -> None:
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if "!" in line
    }
    copied = {
        word for text in texts(DOCKERFILE, "COPY") if "--from" not in text for word in text.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_no_secret_is_in_the_files() -> None:
    """The variables come from outside, and without one of them nothing starts."""
    assert not any(name in text for each in DOCKERFILE for text in [each.text] for name in SECRETS)
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            assert value.startswith(f"${{{name}:?")
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["mock"]["ports"])


def command_of(image: Image, arguments: list[str], **others: str) -> list[str]:
    """What a container runs, on loopback and on a free port, with other words for some."""
    instead = {"0.0.0.0": "127.0.0.1", "4010": "0", "8080": "0", **others}
    words = [*image.words(texts(DOCKERFILE, "ENTRYPOINT")[0]), *arguments]
    return [instead.get(word, word) for word in words]


@contextmanager
def container(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **SECRETS}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd="/") as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.rehearsal
def test_the_lines_of_the_image_and_of_the_compose_file(tmp_path: Path) -> None:
    """One test, because two workers would carry out the lines twice."""
    image = Image(tmp_path, sys.executable)
    image.build(DOCKERFILE)
    the_image_serves_and_is_healthy(image)
    the_receiver_verifies_what_the_mock_sends(image)


def the_image_serves_and_is_healthy(image: Image) -> None:
    (arguments,) = [image.words(text) for text in texts(DOCKERFILE, "CMD")]
    without_token = subprocess.run(
        [*image.words(texts(DOCKERFILE, "ENTRYPOINT")[0]), *arguments],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert without_token.returncode == 2
    assert "AFTERSHIP_MOCK_TOKEN" in without_token.stderr
    with container(command_of(image, [*arguments, "--json"])) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert httpx.get(f"{url}/_mock/clock", timeout=PATIENCE).status_code == 401
        called = httpx.get(
            f"{url}/_mock/clock", headers={"as-mock-token": "a-token", "host": "mock:4010"}, timeout=PATIENCE
        )
        assert called.status_code == 200
        port = url.rpartition(":")[2]
        (health,) = texts(DOCKERFILE, "HEALTHCHECK")
        words = image.words(health.partition("CMD ")[2])
        assert subprocess.run([word.replace("4010", port) for word in words], check=False).returncode == 0
        process.kill()
        process.wait(PATIENCE)
        assert subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode == 1


def the_receiver_verifies_what_the_mock_sends(image: Image) -> None:
    services = COMPOSE["services"]
    receive = command_of(image, services["receiver"]["command"])
    with container(receive) as receiver:
        assert receiver.stdout is not None
        url = json.loads(receiver.stdout.readline())["url"]
        send = command_of(image, [*services["mock"]["command"], "--json"], **{"http://receiver:8080/": url})
        with container(send) as mock, httpx.Client(timeout=PATIENCE) as client:
            assert mock.stdout is not None
            base = json.loads(mock.stdout.readline())["url"]
            token = {"as-mock-token": "a-token"}
            created = client.post(
                f"{base}/tracking/2026-07/trackings",
                headers={"as-api-key": "k"},
                json={"tracking_number": "PARCEL0001", "slug": "usps"},
            )
            parcel = created.json()["data"]["id"]
            client.post(f"{base}/_mock/trackings/{parcel}", headers=token, json={"tag": "Delivered"})
            deliveries = f"{base}/_mock/webhooks/deliveries?outcome=taken"
            wait_until(lambda: client.get(deliveries, headers=token).json()["count"], "the webhook came")
        received = json.loads(receiver.stdout.readline())
    assert (received["verdict"], received["status"], received["tag"]) == ("genuine", 200, "Delivered")
