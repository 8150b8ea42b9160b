"""Text of a document never becomes code, whatever it says.

The documents have text that tries to end a string, a docstring, a line or a template. The client is
generated, compiled and imported. Nothing of the text may have run, and every value must be exactly as before.
"""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import itertools
import tempfile
import warnings
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from depth import examples
from generator.client.render import render_version
from generator.errors import SpecError
from generator_support.documents import as_document, parcels, ref, response
from generator_support.installed import Stub, everything, installed, modules, sync_client

MARK = "HOSTILE_TEXT_RAN"
_RUN = f"__import__('builtins').__dict__.update({MARK}=1)"
ATTACKS = (
    f'"""\n{_RUN}\n"""',
    f'""" + str({_RUN}) + """',
    f'"\n{_RUN}\nx = "',
    f"'\n{_RUN}\nx = '",
    f"'; {_RUN}; '",
    f'"; {_RUN}; "',
    f"\\\n{_RUN}",
    f'\\"""\n{_RUN}',
    f"{{{{ cycler.__init__.__globals__ }}}} {{{{ {_RUN} }}}}",
    f"{{% set x = {_RUN} %}}{{# {_RUN} #}}",
    f"{{{_RUN}}}",
    f"# {_RUN}\r{_RUN}",
    f"\u2028{_RUN}\u2029{_RUN}\x0c{_RUN}\x85{_RUN}",
    f"): pass\n{_RUN}\ndef f(",
    f"] = None\n{_RUN}\nx: list[",
    'ends with a quote"',
    'ends with quotes""',
    "ends with a backslash\\",
    "ends with three\\\\\\",
    '"""',
    '\\"""',
    "%s %(x)s {0} {x!r} $x \\N{DASH} \\x00 \\u0000",
    "\x00\x01\x1b\x7f\x9f\u200b\u202e\ufeff\ufffe",
    "\U0001f4e6 déjà \u00ad",
    "  # fmt: on",
    "*/ --> ''' ]]>",
    "a\tb\\tc\\",
)

texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(
        st.sampled_from(['"', '"""', "'", "\\", "\n", "\r", "{", "}", "{{", "{%", "#", _RUN, "\u2028", "a"]),
        max_size=8,
    ).map("".join),
)
values = texts.filter(lambda value: len(value) < 90)
FEW = settings(
    max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _nothing_ran() -> Any:
    assert not hasattr(builtins, MARK)
    yield
    assert not hasattr(builtins, MARK)


def _filled(supply: Any) -> dict[str, Any]:
    """The document `parcels` with every text that people write replaced."""
    raw = parcels()
    raw["info"]["title"] = next(supply)

    def fill(value: Any, inside_names: bool = False) -> None:
        if isinstance(value, list):
            for one in value:
                fill(one)
        if isinstance(value, dict):
            for key, inner in value.items():
                if not inside_names and key in ("description", "summary", "title") and isinstance(inner, str):
                    value[key] = next(supply)
                elif not inside_names and key in ("x-open-enum", "x-enum-meanings", "x-enum-levels"):
                    value[key] = {name: next(supply) for name in inner}
                else:
                    fill(inner, key in ("properties", "schemas"))

    fill(raw)
    return raw


def test_texts_change_nothing_but_texts(tmp_path: Path) -> None:
    # Every attack is once in every text.
    for shift in range(len(ATTACKS)):
        supply = itertools.cycle(ATTACKS[shift:] + ATTACKS[:shift])
        assert _skeletons(_filled(supply)) == _plain_skeletons()
    with installed(_filled(itertools.cycle(ATTACKS)), tmp_path) as package:
        everything(package)
        assert sync_client(package, Stub({"meta": {"code": 200}, "data": {}})).parcels.delete("a") is not None


@functools.cache
def _plain_skeletons() -> dict[str, str]:
    return _skeletons(_filled(itertools.repeat("Plain.")))


def _skeletons(raw: dict[str, Any]) -> dict[str, str]:
    """The syntax trees of all modules without docstrings and meanings, which compile without a warning."""
    found = {}
    for name, source in render_version(as_document(raw))[1].items():
        if name.endswith(".py"):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                tree = compile(source, name, "exec", ast.PyCF_ONLY_AST)
                compile(source, name, "exec")
            if name.endswith("/enum_meanings.py"):
                tree = _Meaningless().visit(tree)
            found[name] = ast.dump(_Bare().visit(tree))
    return found


class _Bare(ast.NodeTransformer):
    """Drops expressions that are only a string."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node


class _Meaningless(ast.NodeTransformer):
    """Replaces the strings that are values of a dict."""

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        node.values = [
            ast.Constant("Plain.")
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
            else value
            for value in node.values
        ]
        self.generic_visit(node)
        return node


@settings(
    max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_random_texts_change_nothing_but_texts(data: st.DataObject) -> None:
    drawn = data.draw(st.lists(texts, min_size=5, max_size=9))

    assert _skeletons(_filled(itertools.cycle(drawn))) == _plain_skeletons()


@settings(
    max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(values, unique=True, min_size=1, max_size=9),
    st.lists(values, unique=True, min_size=1, max_size=4),
)
def test_values_and_names_on_the_wire_survive(known: list[str], wires: list[str]) -> None:
    raw = parcels()
    raw["components"]["schemas"]["Status"]["x-open-enum"] = {value: value for value in known}
    listing = raw["paths"]["/parcels"]["get"]
    listing["parameters"] += [
        {"name": wire, "in": "query", "description": wire, "schema": {"type": "string"}} for wire in wires
    ]
    if _is_refused(raw):
        return
    with tempfile.TemporaryDirectory() as folder, installed(raw, Path(folder)) as package:
        everything(package)
        assert [member.value for member in package.Status] == known
        stub = Stub({"meta": {"code": 200}, "data": {"parcels": []}})
        client = sync_client(package, stub)
        arguments = _arguments(client.parcels.list, wires)
        client.parcels.list(**{argument: f"value {wire}" for wire, argument in arguments.items()})
        assert dict(stub.last.url.params) == {wire: f"value {wire}" for wire in wires}


@pytest.mark.parametrize(
    ("wire", "argument"),
    [("\U0001d507", "D"), ("\ufb01ne", "fine"), ("\U0001d41d\U0001d41e\U0001d41f", "def_")],
)
def test_letters_that_python_rewrites_keep_their_name_on_the_wire(
    wire: str, argument: str, tmp_path: Path
) -> None:
    raw = parcels()
    raw["paths"]["/parcels"]["get"]["parameters"].append(
        {"name": wire, "in": "query", "description": "A made-up value.", "schema": {"type": "string"}}
    )
    with installed(raw, tmp_path) as package:
        stub = Stub({"meta": {"code": 200}, "data": {"parcels": []}})
        client = sync_client(package, stub)
        client.parcels.list(**{argument: "x"})
        assert dict(stub.last.url.params) == {wire: "x"}


def _is_refused(raw: dict[str, Any]) -> bool:
    """Whether names that become the same identifier are refused, each with its sentence."""
    try:
        render_version(as_document(raw))
    except ExceptionGroup as group:
        sentences = [str(one) for one in group.exceptions]
        if not all("same Python identifier" in one or "share one argument" in one for one in sentences):
            raise
        return True
    return False


def _arguments(method: Any, wires: list[str]) -> dict[str, str]:
    """The argument of each wire name, in order: all arguments but those that every list has."""
    own = ("page", "limit", "status", "sent_after", "format_", "cursor", "options")
    names = list(inspect.unwrap(method).__kwdefaults__)
    return dict(zip(wires, [name for name in names if name not in own], strict=True))


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_names_arrive_or_are_refused(attack: str, tmp_path: Path) -> None:
    """Ids, paths, wrappers and parameter names: they are values, so they arrive as they are."""
    raw = parcels()
    segment = attack.replace("/", "|").replace("{", "(").replace("}", ")") or "x"
    raw["paths"] = {f"/{segment}": {"post": raw["paths"]["/parcels"]["post"]}}
    creation = raw["paths"][f"/{segment}"]["post"]
    creation["operationId"] = attack
    creation["x-body-wrapper"] = attack
    request = raw["components"]["schemas"]["ParcelCreateRequest"]
    request["properties"] = {attack: request["properties"]["parcel"]}
    raw["components"]["schemas"] = {
        name: schema for name, schema in raw["components"]["schemas"].items() if name != "ParcelCreateRequest"
    }
    creation["requestBody"]["content"]["application/json"]["schema"] = request

    with installed(raw, tmp_path) as package:
        from importlib import import_module

        operation = import_module(f"{package.__name__}.resources.parcels").CREATE
        assert (operation.id, operation.path, operation.body_wrapper) == (attack, (segment,), attack)


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_that_would_be_code_are_refused(attack: str) -> None:
    for change in (
        lambda raw: raw["components"]["schemas"]["Parcel"]["properties"].update({attack: {"type": "string"}}),
        lambda raw: raw["paths"]["/parcels"]["get"].update({"x-method": attack}),
        lambda raw: raw["paths"]["/parcels"]["get"].update({"x-resource": attack}),
        lambda raw: raw["components"]["schemas"].update({attack: raw["components"]["schemas"]["Parcel"]}),
        lambda raw: raw["components"]["schemas"].update({attack: raw["components"]["schemas"]["Status"]}),
    ):
        raw = parcels()
        change(raw)
        with pytest.raises((SpecError, ExceptionGroup)):
            modules(raw)


def test_texts_of_references_are_quoted_too(tmp_path: Path) -> None:
    raw = parcels()
    raw["paths"]["/parcels"]["get"]["responses"]["200"] = {
        **response("ParcelListResponse"),
        "description": ATTACKS[0],
    }
    raw["components"]["schemas"]["Parcel"]["properties"]["status"] = {
        **ref("Status"),
        "description": ATTACKS[1],
    }

    with installed(raw, tmp_path) as package:
        everything(package)
