"""YAML is read as JSON. What could be misread is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.document.yaml_reader import parse, read
from generator.errors import SpecError


def value(text: str) -> Any:
    return parse(text.encode(), "f.yaml").value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 2024-04-01", "2024-04-01"),
        ("a: 2024-04-01T10:00:00Z", "2024-04-01T10:00:00Z"),
        ("a: no", "no"),
        ("a: NO", "NO"),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: '1.10'", "1.10"),
        ("a: 1:30", "1:30"),
        ("a: 1_000", "1_000"),
        ("a: 3.1.1", "3.1.1"),
        ("a: -12", -12),
        ("a: 1.10", 1.1),
        ("a: 1e3", 1000.0),
        ("a: true", True),
        ("a: null", None),
        ("a: 'null'", "null"),
        ('a: "x\\ty"', "x\ty"),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: {}", {}),
        ("a: [1, x]", [1, "x"]),
        ("\ufeffa: x", "x"),
        ("a: x # two", "x"),
        ("a: x#two", "x#two"),
        ("a: '#two'", "#two"),
    ],
)
def test_only_the_types_of_json_come_out(text: str, expected: object) -> None:
    found = value(text)
    assert found == {"a": expected}
    assert type(found["a"]) is type(expected)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\n200: x", 2, "'200'"),
        ("a: 1\ntrue: x", 2, "not a string"),
        ("null: x", 1, "not a string"),
        ("? [a, b]\n: x", 1, "A key must be a string"),
        ("a: 1\nb:\n  c: 2\na: 3", 4, "already given in line 1"),
        ("a: &x 1\nb: *x", 2, "alias"),
        ("a: *x", 1, "alias"),
        ("a: &x [*x]", 1, "alias"),
        ("a: {<<: {b: 1}}", 1, "merge key"),
        ("a: !!set {b: null}", 1, "!!set"),
        ("a: !!binary aGk=", 1, "!!binary"),
        ("a: !python/object:x {}", 1, "tag"),
        ("a: !!int x", 1, "cannot be read"),
        ("a: ~", 1, "different readers"),
        ("a: True", 1, "different readers"),
        ("a: 012", 1, "different readers"),
        ("a: 0o14", 1, "different readers"),
        ("a: 0x1F", 1, "different readers"),
        ("a: +1", 1, "different readers"),
        ("a: .5", 1, "different readers"),
        ("a: .nan", 1, "different readers"),
        ("a: 1e999", 1, "too large"),
        ("a: 1\nb:\nc: 2", 2, "value is missing here"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: 1\nb: c: d", 2, "not valid YAML"),
        ("a: [1,\nb: 2", 2, "not valid YAML"),
        ("a: 'x\n", 2, "not valid YAML"),
        ("a:\n\t- 1", 2, "indented with a tab"),
        ("a: 1\n  b: 2", 2, "not indented like"),
        ("a: one #two", 1, "ends before #two"),
        ("a: one\n  two #three", 2, "ends before #three"),
        ("a: #/components/x\nb: 1", 1, "ends before #/components/x"),
        ("a: ! x", 1, "begins with !"),
        ("a: \x01", 1, "control characters"),
        ("", 1, "empty"),
        ("# only a remark", 1, "empty"),
    ],
)
def test_what_could_be_misread_is_refused(text: str, line: int, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        value(text)
    assert caught.value.line == line
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"f.yaml:{line}:")


def test_bytes_that_are_not_utf_8_name_their_line() -> None:
    with pytest.raises(SpecError, match=r"^f\.yaml:2: This line is not UTF-8"):
        parse(b"a: 1\nb: \xff", "f.yaml")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"The file does not exist\."):
        read(tmp_path / "openapi.yaml")
    with pytest.raises(SpecError, match=r"cannot be read"):
        read(tmp_path)


def test_deep_nesting_is_refused_not_fatal() -> None:
    with pytest.raises(SpecError):
        value("[" * 5000 + "]" * 5000)


def test_every_value_knows_its_line() -> None:
    source = parse(b"a:\n  b:\n    - x\n    - c: 1\n'/p/{id}':\n  get: {}\n", "f.yaml")
    assert source.location("/a/b").line == 2
    assert source.location("/a/b/1/c") == ("f.yaml", 4, 7)
    assert source.location("/~1p~1{id}/get").line == 6
    assert source.location("/a/b/7/nothing").line == 2
    assert source.location("").line == 1
