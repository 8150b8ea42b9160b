"""What a maintainer sees: one line for each mistake, a documented exit code, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from generator import cli
from generator.errors import SpecError
from generator.lint import RULES

PROJECT = Path(__file__).resolve().parents[2]
BASE = (PROJECT / "tests/lint/base_document.yaml").read_text("utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project folder with a document that has no finding."""
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec/openapi.yaml").write_text(BASE, "utf-8")
    return tmp_path


@pytest.fixture
def call(root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs one command in this process. Returns exit code, output and error output."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main([*arguments, "--root", str(root)])
        printed = capsys.readouterr()
        code = caught.value.code
        assert isinstance(code, int)
        return code, printed.out, printed.err

    return run


Call = Callable[..., tuple[int, str, str]]


def python_m_generator(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def replace(root: Path, old: str, new: str) -> int:
    """Change the document. Returns the line where the change begins."""
    assert old in BASE
    (root / "spec/openapi.yaml").write_text(BASE.replace(old, new, 1), "utf-8")
    return BASE[: BASE.index(old)].count("\n") + 1


class TestCompose:
    def test_prints_json_with_sorted_keys(self, call: Call) -> None:
        code, out, err = call("compose", "2024-01")
        document = json.loads(out)
        assert (code, err) == (0, "")
        assert document["info"]["version"] == "2024-01"
        assert list(document) == sorted(document)

    def test_writes_to_a_file(self, call: Call, root: Path) -> None:
        code, out, _ = call("compose", "2024-01", "--output", str(root / "out.json"))
        assert (code, out) == (0, "")
        assert json.loads((root / "out.json").read_text("utf-8"))["openapi"] == "3.1.1"

    def test_a_file_that_cannot_be_written(self, call: Call, root: Path) -> None:
        (root / "file").write_text("")
        code, _, err = call("compose", "2024-01", "--output", str(root / "file/out.json"))
        assert code == 2
        assert "out.json cannot be written: " in err
        assert err.endswith(" Write another path after --output.\n")

    def test_an_unknown_version_is_one_sentence(self, call: Call) -> None:
        assert call("compose", "2023-01") == (
            2,
            "",
            'The API version "2023-01" is unknown. Known are 2024-01.\n',
        )


class TestLint:
    def test_a_good_document(self, call: Call) -> None:
        assert call("lint") == (0, "", "no findings\n")
        assert call("lint", "2024-01")[0] == 0
        assert call("lint", "--format", "json") == (0, "[]\n", "")

    def test_findings_as_text(self, call: Call, root: Path) -> None:
        line = replace(root, "x-retry: safe", "x-retries: safe")
        code, out, err = call("lint")
        assert code == 1
        assert f"openapi.yaml:{line}: #/paths/~1parcels/get/x-retries: " in out
        assert 'The extension "x-retries" is unknown. Did you mean x-retry? [unknown-extension]\n' in out
        assert err == "2 findings\n"

    def test_findings_as_json(self, call: Call, root: Path) -> None:
        line = replace(root, "description: How high.", "$comment: How high.")
        code, out, err = call("lint", "--format", "json")
        [finding] = json.loads(out)
        assert (code, err) == (1, "")
        assert finding.pop("file").endswith("spec/openapi.yaml")
        assert finding == {
            "rule": "description",
            "level": "error",
            "line": line - 2,
            "column": 9,
            "pointer": "/components/schemas/Stop/properties/floor",
            "message": 'The property "floor" has no description. Write one short sentence.',
            "overlay": "",
        }

    def test_a_finding_of_two_versions_is_printed_once(self, call: Call, root: Path) -> None:
        replace(root, "description: How high.", "$comment: How high.")
        (root / "spec/changes").mkdir()
        (root / "spec/changes/2024-04.yaml").write_text(
            'overlay: 1.1.0\ninfo: {title: Changes, version: "2024-04", x-released: "2024-04-18"}\nactions:\n'
            "  - target: $.components.schemas.Stop.properties\n"
            "    update: {code: {type: string, x-provenance: sdk}}\n"
            "    x-change: stop-code\n"
            "    description: A stop has a code.\n"
        )
        code, out, _ = call("lint")
        first, second = out.splitlines()
        assert code == 1
        assert "openapi.yaml:" in second or "openapi.yaml:" in first
        assert (
            '2024-04.yaml:5: #/components/schemas/Stop/properties/code: Action 1: The property "code"' in out
        )

    def test_an_unknown_version_is_one_sentence(self, call: Call) -> None:
        assert call("lint", "2023-01") == (
            2,
            "",
            'The API version "2023-01" is unknown. Known are 2024-01.\n',
        )

    def test_all_rules_are_listed(self, call: Call) -> None:
        _, out, _ = call("lint", "--rules")
        assert [line.split()[0] for line in out.splitlines()] == sorted(RULES)
        listed = json.loads(call("lint", "--rules", "--format", "json")[1])
        assert [rule["id"] for rule in listed] == sorted(RULES)
        assert all(rule["reason"] and rule["level"] == "error" for rule in listed)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title: Parcels", "title: Parcels: all", "has a colon before a space"),
        ("title: Parcels", "title: [", "This is not valid YAML"),
        ("title: Parcels", "title: &t Parcels\n  summary: *t", "This is an alias"),
        (
            '  "400": {status: 400',
            "  400: {status: 400",
            "The key 400 is not a string. Put it in quotes: '400'.",
        ),
        ("tags:\n", "openapi: 3.1.1\ntags:\n", 'The key "openapi" was already given in line 2'),
        ("title: Parcels", "title:", "The value is missing here"),
        (
            "#/components/schemas/Carrier",
            "#/components/schemas/Carier",
            'The reference "#/components/schemas/Carier"',
        ),
        ("x-mock:", "x-mok:", 'The extension "x-mok" is unknown. Did you mean x-mock?'),
        (
            "operationId: get-parcel\n              par",
            "operationId: get-letter\n              par",
            "not an operation of paths",
        ),
        ('version: "2024-01"', "version: 2024", "info.version must be an API version"),
    ],
)
class TestMistakes:
    """File, line and one sentence, whichever command a maintainer runs."""

    def test_lint(self, call: Call, root: Path, old: str, new: str, says: str) -> None:
        line = replace(root, old, new)
        code, out, _ = call("lint")
        assert code == 1
        [reported] = [printed for printed in out.splitlines() if says in printed]
        _, _, position = reported.partition("spec/openapi.yaml:")
        assert position
        assert abs(int(position.partition(":")[0]) - line) <= 2
        assert "Traceback" not in out

    def test_compose(self, call: Call, root: Path, old: str, new: str, says: str) -> None:
        replace(root, old, new)
        code, _, err = call("compose", "2024-01")
        assert code in (0, 1)  # composing does not check the document, it only must be able to compose
        assert "Traceback" not in err
        assert code == 0 or ("spec/openapi.yaml:" in err and says in err)


class TestRegenerate:
    """The command calls the stage behind it and prints what that reports."""

    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []

        def regenerate(
            root: Path, versions: Sequence[str] | None, check: bool, report: Callable[[str], None]
        ) -> int:
            found.append((root, versions, check))
            report("2024-01: 3 files")
            return 1 if check else 0

        module = types.ModuleType("generator.regenerate")
        monkeypatch.setattr(module, "regenerate", regenerate, raising=False)
        monkeypatch.setitem(sys.modules, "generator.regenerate", module)
        return found

    def test_arguments_and_exit_code(self, call: Call, root: Path, calls: list[tuple[object, ...]]) -> None:
        assert call("regenerate") == (0, "2024-01: 3 files\n", "")
        assert call("regenerate", "--check", "2024-01")[0] == 1
        assert calls == [(root, None, False), (root, ["2024-01"], True)]

    def test_an_unknown_version(self, call: Call) -> None:
        assert call("regenerate", "2023-01") == (
            2,
            "",
            'The API version "2023-01" is unknown. Known are 2024-01.\n',
        )

    def test_several_mistakes_are_several_lines(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        def regenerate(*_: object) -> int:
            raise ExceptionGroup(
                "all", [SpecError("One.", file="a", line=1), SpecError("Two.", file="b", pointer="/x")]
            )

        module = types.ModuleType("generator.regenerate")
        monkeypatch.setattr(module, "regenerate", regenerate, raising=False)
        monkeypatch.setitem(sys.modules, "generator.regenerate", module)
        assert call("regenerate") == (1, "", "a:1: One.\nb: #/x: Two.\n")


def test_a_fault_of_the_generator_is_not_hidden() -> None:
    def broken() -> None:
        raise ExceptionGroup("all", [SpecError("One.", file="a"), ZeroDivisionError("ours")])

    with pytest.raises(ZeroDivisionError, match="ours"):
        cli.run(broken)


class TestAsAProcess:
    def test_help_names_the_commands(self) -> None:
        shown = python_m_generator("--help")
        assert shown.returncode == 0
        for word in ("compose", "lint", "regenerate", "Exit codes"):
            assert word in shown.stdout

    def test_a_wrong_call_is_two(self) -> None:
        assert python_m_generator("compose").returncode == 2
        assert python_m_generator("paint").returncode == 2
        assert python_m_generator("lint", "--format", "xml").returncode == 2

    def test_a_mistake_is_a_line_and_no_traceback(self, root: Path) -> None:
        (root / "spec/openapi.yaml").write_text("info: [", "utf-8")
        for command in (("lint",), ("compose", "2024-01"), ("regenerate",)):
            shown = python_m_generator(*command, "--root", str(root))
            assert shown.returncode == 1
            assert "spec/openapi.yaml:1" in shown.stdout + shown.stderr
            assert "Traceback" not in shown.stdout + shown.stderr
