"""docs/mcp.md and the skill: the sample of a client runs, and what they say of the tools is so."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from typer.testing import CliRunner

from aftership_tracking import documents
from aftership_tracking.cli.application import application
from aftership_tracking.mcp_server.reading_tools import MOST_PAGES, PAGE_SIZE
from aftership_tracking.mcp_server.records import MOST_EVENTS, MOST_PARCELS
from aftership_tracking.mcp_server.untrusted import MOST_CHARACTERS
from docs_support.pages import ROOT, read_programs
from docs_support.running import Task, run_programs
from generator.errors import SpecError
from generator.output.skill import BEGIN, END, insert_skill_reference
from mcp_support import connected, strings
from patience import PATIENCE

PAGE = ROOT / "docs" / "mcp.md"
TEXT = PAGE.read_text("utf-8")
SKILL = ROOT / "skills" / "aftership-tracking" / "SKILL.md"
MOST_BYTES = 12_000
JSON_BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`aftership` of this checkout, first on the path, without settings."""
    file = tmp_path / "programs" / "aftership"
    file.parent.mkdir()
    file.write_text(f'#!/bin/sh\nexec {sys.executable} -m aftership_tracking.cli "$@"\n')
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("AFTERSHIP_API_KEY", "AFTERSHIP_TRACKING_SDK_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return file


def shape(value: Any) -> Any:
    """The names and the kinds of values of a result."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


def test_the_sample_and_the_settings_of_a_client(tmp_path: Path) -> None:
    settings, shown = JSON_BLOCKS
    [server] = settings["mcpServers"].values()
    [program] = read_programs(PAGE)
    assert f'command="{server["command"]}", args=["mcp", "--sandbox"]' in program.text
    assert server["args"] == ["mcp", "--sandbox"]
    report = run_programs([Task(name=program.name, text=program.text)], tmp_path)[program.name]
    assert report.trouble == ""
    printed = eval(report.stdout, {})
    assert shape(printed) == shape(shown)
    moving = ("id", "time", "updated_at", "expected_delivery", "next_cursor")
    for (name, one), (_, other) in zip(strings(printed), strings(shown), strict=True):
        assert one == other or name in moving, name


def test_the_tools_of_the_page_are_those_of_the_server() -> None:
    async def main() -> list[str]:
        async with connected(allow_write=True) as caller:
            return [tool.name for tool in (await caller.client.list_tools()).tools]

    section = TEXT.partition("## The tools")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == anyio.run(main)


def test_the_figures_of_the_page() -> None:
    assert f"how many parcels ({MOST_PARCELS}) and events ({MOST_EVENTS})" in TEXT
    assert f"looks through {MOST_PAGES * PAGE_SIZE} trackings" in TEXT
    assert f"one line of {MOST_CHARACTERS} visible characters" in TEXT
    help_text = CliRunner().invoke(application, ["mcp", "--help"]).stdout
    for option in re.findall(r"`(--[a-z-]+)`", TEXT.partition("| option |")[2].partition("```")[0]):
        assert option in help_text


def test_the_sandbox_of_the_page_has_five_parcels(program: Path) -> None:
    async def main() -> None:
        server = StdioServerParameters(command=str(program), args=["mcp", "--sandbox"])
        with anyio.fail_after(PATIENCE):
            async with Client(stdio_client(server)) as client:
                changed = (await client.call_tool("list_changes", {"hours": 2_880})).structured_content
                assert len(changed["parcels"]) == 5

    assert "five invented parcels" in TEXT
    anyio.run(main)


def test_the_skill_is_small_and_complete() -> None:
    text = SKILL.read_text("utf-8")
    size = len(text.encode())
    assert 5_000 < size < MOST_BYTES
    assert f"less than {MOST_BYTES // 1000} KB" in TEXT
    head = text.split("---\n")[1]
    assert re.fullmatch(r"name: aftership-tracking\ndescription: .{50,1000}\n", head)
    document = documents.document(documents.versions()[-1])
    for code in document["x-errors"]:
        assert f"\n- {code} (HTTP" in text
    for status in document["components"]["schemas"]["DeliveryStatus"]["x-open-enum"]:
        assert f"\n- `{status}`: " in text
    for item in document["paths"].values():
        for definition in item.values():
            if isinstance(definition, dict) and "x-method" in definition:
                assert f"`{definition['x-resource']}.{definition['x-method']}`" in text
    for command in re.findall(r"`aftership (explain [\w.]+|[a-z]+ list --json)`", text):
        assert command.split()[0] in CliRunner().invoke(application, ["--help"]).stdout


@pytest.mark.parametrize("text", ["", BEGIN, f"{BEGIN}\n{BEGIN}\n{END}", f"{END}\n{BEGIN}\n"])
def test_a_skill_without_its_marks_is_refused(text: str) -> None:
    document: Any = None
    with pytest.raises(SpecError, match="marks"):
        insert_skill_reference(text, document, document)
