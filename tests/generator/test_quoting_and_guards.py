"""The two ways by which text gets into code, and what happens to text that passes no filter."""

from __future__ import annotations

import ast
from pathlib import Path

import hypothesis.strategies as st
import jinja2
import pytest
from hypothesis import example, given

from generator.client.enum_member_names import member_names
from generator.client.openapi_library import read_names
from generator.client.package_reader import read_package
from generator.client.quoting import literal, one_line, prose, untrusted
from generator.client.render import TEMPLATES, ModuleRenderer
from generator.client.texts.docstrings import WIDTH
from generator_support.documents import as_document, parcels


@given(st.text())
@example("\ud83d")
@example('"')
@example("'\"\\")
@example("\u2028\x00\r\n")
def test_a_literal_evaluates_to_the_value(value: str) -> None:
    source = literal(untrusted(value))

    assert ast.literal_eval(source) == value
    source.encode()
    assert len(source.splitlines()) == 1


@given(st.text())
@example('ends with a quote"')
@example('"""""')
@example("\\")
def test_prose_stays_inside_its_docstring(value: str) -> None:
    inside = prose(untrusted(value))

    (statement,) = ast.parse(f'"""{inside}"""').body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert "\n" not in inside
    assert statement.value.value == one_line(value)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True, max_size=20))
def test_member_names_are_unique_identifiers(values: list[str]) -> None:
    names = member_names(values)

    assert len(set(names)) == len(values)
    for name in names:
        assert name.isidentifier()
        assert name.isascii()
        assert name == name.upper()
        assert not name.startswith("_")


def test_member_names_do_not_change_when_the_list_grows() -> None:
    before = member_names(["New", "two words", "1.x"])

    assert member_names(["New", "two words", "1.x", "two-words", "new", "2.x"])[:3] == before
    assert member_names([10, -1]) == ("VALUE_10", "VALUE_NEGATIVE_1")


def test_the_document_can_name_members() -> None:
    assert member_names([10, -1, 7], {"10": "HIGH", "-1": "LOW"}) == ("HIGH", "LOW", "VALUE_7")


def renderer(tmp_path: Path, **templates: str) -> ModuleRenderer:
    for name, content in templates.items():
        (tmp_path / f"{name}.py.jinja").write_text(content)
    document = as_document(parcels())
    names = read_names(document)
    return ModuleRenderer(read_package(document, names), names, tmp_path)


def test_text_without_a_filter_stops_the_rendering(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="without a quoting filter: 'Parcels'"):
        renderer(tmp_path, package_init="{{ package.title }}").render()


def test_an_unknown_name_stops_the_rendering(tmp_path: Path) -> None:
    with pytest.raises(jinja2.UndefinedError):
        renderer(tmp_path, package_init="{{ package.titel }}").render()


def test_every_module_comes_from_our_templates() -> None:
    document = as_document(parcels())
    names = read_names(document)
    modules = ModuleRenderer(read_package(document, names), names, TEMPLATES)
    used: list[str] = []
    original = modules.environment.get_template

    def spy(name: str, *arguments: object, **options: object) -> jinja2.Template:
        template = original(name, *arguments, **options)  # type: ignore[arg-type]
        used.append(str(template.filename))
        return template

    modules.environment.get_template = spy  # type: ignore[method-assign]
    modules.render()

    assert used
    assert all(Path(name).parent == TEMPLATES for name in used)


def test_lines_are_not_longer_than_the_width() -> None:
    document = as_document(parcels())
    names = read_names(document)
    for source in ModuleRenderer(read_package(document, names), names, TEMPLATES).render().values():
        assert all(len(line) <= WIDTH for line in source.splitlines() if "import" not in line)
