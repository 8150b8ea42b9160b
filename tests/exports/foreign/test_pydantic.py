"""datamodel-code-generator makes models for pydantic, and they read what the mock sends."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Mock
from aftership_tracking.testing.mock_on_port import MockOnPort
from export_support.exported import VERSIONS, documents, text
from export_support.tools import FOREIGN, output, run, succeed
from generator.export.documents import Target
from patience import PATIENCE

# Reads lines of two words, a model and JSON; prints what it read as JSON, or nothing if it is refused.
READ = """\
import json, sys
import models, pydantic

for line in sys.stdin:
    name, _, body = line.partition(" ")
    try:
        value = getattr(models, name).model_validate_json(body)
    except pydantic.ValidationError:
        print("null")
    else:
        print(value.model_dump_json(exclude_unset=True))
"""
WRONG = (
    ("MarkAsCompletedRequest", {"reason": "STOLEN"}),
    ("TrackingResponse", {"meta": {"code": "soon"}}),
    ("WebhookEvent", {"event": "tracking_update"}),
)


def generate(folder: Path, document: str) -> None:
    (folder / "openapi.json").write_text(document, "utf-8")
    done = run(
        FOREIGN / "datamodel-codegen", "--input", "openapi.json", "--input-file-type", "openapi",
        "--output", "models.py", "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin",
        folder=folder,
    )  # fmt: skip
    assert (done.returncode, output(done)) == (0, "")
    (folder / "read.py").write_text(READ, "utf-8")


def read(folder: Path, lines: Iterable[tuple[str, Any]]) -> list[Any]:
    given = "".join(f"{model} {json.dumps(body)}\n" for model, body in lines)
    printed = succeed(FOREIGN / "python", "read.py", folder=folder, given=given)
    return [json.loads(line) for line in printed.splitlines()]


def of_the_mock(version: str) -> list[Any]:
    """The responses for one tracking and for the list, as the mock sends them."""
    mock = Mock()
    (number,) = mock.seed([{"tag": "Delivered"}], key="k", version=version)
    with (
        MockOnPort(mock) as served,
        httpx.Client(trust_env=False, headers={"as-api-key": "k"}, timeout=PATIENCE) as client,
    ):
        address = f"{served.url}/tracking/{version}/trackings"
        return [client.get(url).raise_for_status().json() for url in (f"{address}/{number}", address)]


def tracking_of(response: Any) -> Any:
    return response["data"].get("tracking", response["data"])


def webhooks_of(version: str) -> list[Any]:
    """The examples of all webhooks."""
    document = documents()[version]
    posts = [item["post"] for item in document.raw["webhooks"].values()]
    contents = [post["requestBody"]["content"]["application/json"] for post in posts]
    return [document.follow(one)[0]["value"] for content in contents for one in content["examples"].values()]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_models_read_what_comes(version: str, tmp_path: Path) -> None:
    generate(tmp_path, text(version, Target.OPENAPI))
    one, page = of_the_mock(version)
    strange = copy.deepcopy(one)
    tracking_of(strange)["tag"] = "StuckOnTheMoon"
    events = webhooks_of(version)
    assert len(events) >= len(documents()[version].raw["webhooks"]) > 0
    lines = [
        ("TrackingResponse", one),
        ("TrackingResponse", strange),
        ("TrackingListResponse", page),
        *(("WebhookEvent", event) for event in events),
    ]

    found = read(tmp_path, [*lines, *WRONG])
    known, other, listed, *received = found[: len(lines)]

    assert tracking_of(known)["tag"] == "Delivered"
    assert tracking_of(known)["id"] == tracking_of(one)["id"]
    assert tracking_of(other)["tag"] == "StuckOnTheMoon"
    assert len(listed["data"]["trackings"]) == 1
    assert [event["event"] for event in received] == [event["event"] for event in events]
    assert found[len(lines) :] == [None] * len(WRONG)
