"""What openapi-python-client 0.29.1 drops, renames or refuses, and that no loss reaches us in silence.

Each test has a form that was measured to go wrong. If a release changes one, change the pin and the test
together.
"""

from __future__ import annotations

import copy
import re
from importlib.metadata import version
from typing import Any

import pytest
from openapi_python_client.parser.properties import EnumProperty
from openapi_python_client.parser.properties.schemas import Class
from openapi_python_client.strings import ClassName, in_double_quote_literal, safe_for_docstring

from generator.client.library_input import prepare
from generator.client.openapi_library import python_name, read_names
from generator.errors import SpecError
from generator_support.documents import as_document, operation, parcels, ref, small
from generator_support.installed import modules

INTEGER = {"type": "integer"}
STRING = {"type": "string"}


def names(raw: dict[str, Any]) -> Any:
    return read_names(as_document(raw))


def models(raw: dict[str, Any]) -> str:
    return modules(raw)["models.py"]


def with_property(schema: Any, **schemas: Any) -> dict[str, Any]:
    """A document whose `Thing` has the property `x`."""
    return small(**{"Thing": {"type": "object", "properties": {"x": schema}}} | schemas)


def with_parameter(**parameter: Any) -> dict[str, Any]:
    raw = small()
    raw["paths"]["/things"]["get"]["parameters"] = [
        {"name": "p", "in": "query", "schema": STRING} | parameter
    ]
    return raw


def messages(caught: pytest.ExceptionInfo[BaseException]) -> str:
    """All sentences of what was raised."""
    error = caught.value
    return " ".join(str(one) for one in (error.exceptions if isinstance(error, ExceptionGroup) else [error]))


def test_the_pinned_release_is_installed() -> None:
    assert version("openapi-python-client") == "0.29.1"


def test_its_filters_do_not_quote_as_we_need_it() -> None:
    """Why `generator.client.quoting` has filters of its own."""
    assert in_double_quote_literal("a\u200bb\nc") == "abc"  # a value must arrive as it is
    with pytest.raises(SyntaxError):
        compile(f'"""{safe_for_docstring("ends with a quote" + chr(34))}"""', "docstring", "exec")


def test_its_names_of_enum_members_depend_on_the_list() -> None:
    """Why the prepared document has our names in `x-enum-varnames`."""

    def names_of(*members: str) -> list[str]:
        return list(EnumProperty.values_from_list(list(members), Class(ClassName("E", ""), "e"), []))

    assert names_of("a", "1.x") == ["A", "VALUE_1"]
    assert names_of("a", "b", "1.x") == ["A", "B", "VALUE_2"]


def test_the_document_itself_is_not_changed() -> None:
    raw = parcels()
    before = copy.deepcopy(raw)

    prepare(as_document(raw))
    names(raw)

    assert raw == before


def test_bodies_and_responses_are_not_parsed() -> None:
    copied = prepare(as_document(parcels()))

    for item in copied["paths"].values():
        for one in item.values():
            assert "requestBody" not in one
            assert one["responses"] == {"200": {"description": ""}}


def test_security_of_the_root_reaches_operations_and_an_empty_one_is_preserved() -> None:
    raw = parcels()
    raw["paths"]["/depots"]["get"]["security"] = []

    paths = prepare(as_document(raw))["paths"]

    assert paths["/parcels"]["get"]["security"] == raw["security"]
    assert paths["/depots"]["get"]["security"] == []


def test_parameters_of_the_path_item_move_into_its_operations() -> None:
    assert names(parcels()).arguments["/parcels/{id}", "get"] == {
        ("path", "id"): "id",
        ("query", "fields"): "fields",
    }


def test_a_parameter_that_the_operation_repeats_is_there_once() -> None:
    raw = parcels()
    raw["paths"]["/parcels/{id}"]["delete"]["parameters"] = [
        {"name": "id", "in": "path", "required": True, "description": "Mine.", "schema": STRING}
    ]

    assert "id: Mine." in modules(raw)["resources/parcels.py"]


def test_the_same_parameter_twice_is_refused() -> None:
    raw = with_parameter()
    raw["paths"]["/things"]["get"]["parameters"] *= 2

    with pytest.raises(SpecError, match="twice"):
        names(raw)


@pytest.mark.parametrize("header", ["Content-Type", "accept", "as-api-key"])
def test_transport_headers_do_not_drop_the_operation(header: str) -> None:
    raw = with_parameter(name=header, **{"in": "header"}, required=True, schema={"const": "application/json"})

    assert "get-thing" in modules(raw)["resources/things.py"]


@pytest.mark.parametrize("location", ["header", "cookie"])
def test_other_headers_and_cookies_are_refused(location: str) -> None:
    with pytest.raises(SpecError, match="Only path and query"):
        modules(with_parameter(**{"in": location}))


def test_a_parameter_with_content_is_not_lost_in_silence() -> None:
    raw = with_parameter(content={"application/json": {"schema": STRING}})
    del raw["paths"]["/things"]["get"]["parameters"][0]["schema"]

    with pytest.raises(SpecError, match='"p"'):
        modules(raw)


def test_member_names_of_open_enums_do_not_change() -> None:
    found = names(parcels()).enum_members

    assert found["Status"] == ("ON_ITS_WAY", "AT_END", "VALUE_1_X", "VALUE_70659EFF")
    assert found["Certainty"] == ("GUESSED", "KNOWN")


def test_values_that_differ_in_case_or_separators_are_all_preserved() -> None:
    meanings = dict.fromkeys(("New", "new", "two words", "two-words", ""), "It.")
    source = modules(with_property(ref("State"), State={"type": "string", "x-open-enum": meanings}))[
        "enums.py"
    ]

    assert re.findall(r"^    \w+ = (\".*\")$", source, re.MULTILINE) == [f'"{value}"' for value in meanings]


def test_an_enum_that_allows_null_is_one_class() -> None:
    source = modules(with_property(ref("State"), State={"type": ["string", "null"], "enum": ["a", None]}))

    assert source["enums.py"].count("class ") == 1
    assert "x: State | None" in source["models.py"]


def test_an_object_that_allows_null_is_one_class() -> None:
    other = {"type": ["object", "null"], "properties": {"a": STRING}}
    source = models(with_property(ref("Other"), Other=other))

    assert source.count("class Other") == 1
    assert "x: Other | None" in source


def test_an_inline_enum_is_refused() -> None:
    with pytest.raises(SpecError, match="inside of another schema"):
        models(with_property({"type": "string", "enum": ["a"]}))


def test_an_inline_object_is_refused() -> None:
    with pytest.raises(SpecError, match="has no name"):
        models(with_property({"type": "object", "properties": {"y": STRING}}))


def test_allof_of_several_parts_is_flattened() -> None:
    raw = small(
        Base={
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": ["string", "null"]}, "b": STRING},
        },
        Thing={
            "allOf": [ref("Base"), {"type": "object", "properties": {"a": STRING}, "required": ["c"]}],
            "properties": {"c": INTEGER},
        },
    )

    assert "class Thing(Model):\n    a: str\n    b: str | None = sent(inferred=True)\n    c: int\n" in models(
        raw
    )


def test_allof_that_contains_itself_is_refused() -> None:
    with pytest.raises(SpecError, match="contains itself"):
        models(small(Thing={"allOf": [ref("Thing"), {"properties": {"a": STRING}}]}))


def test_allof_of_one_reference_is_that_reference() -> None:
    assert "x: Other | None" in models(
        with_property({"allOf": [ref("Other")]}, Other={"type": "object", "properties": {"a": STRING}})
    )


def test_an_alias_is_not_a_second_class() -> None:
    source = models(
        with_property(ref("Alias"), Alias=ref("Other"), Other={"type": "object", "properties": {"a": STRING}})
    )

    assert "x: Other | None" in source
    assert "class Alias" not in source


def test_an_alias_of_itself_is_refused() -> None:
    with pytest.raises(SpecError, match="leads back to itself"):
        models(with_property(ref("A"), A=ref("B"), B=ref("A")))


def test_titles_do_not_rename_classes() -> None:
    raw = small(Thing={"type": "object", "title": "Something Else", "properties": {"name": STRING}})

    assert "class Thing(Model)" in models(raw)


@pytest.mark.parametrize("schema", [True, False, {}])
def test_boolean_schemas_are_anything(schema: Any) -> None:
    assert "x: Any = sent(inferred=True)" in models(with_property(schema))


def test_an_array_without_items_keeps_its_model() -> None:
    assert "x: list[Any] | None" in models(with_property({"type": "array"}))


@pytest.mark.parametrize("default", [5, "a", None, {"a": 1}])
def test_defaults_are_neither_sent_nor_fatal(default: Any) -> None:
    assert "x: int | None = sent(inferred=True)" in models(with_property(INTEGER | {"default": default}))
    source = modules(with_parameter(schema=INTEGER | {"default": default}))["resources/things.py"]
    assert "p: int | None = None" in source


def test_a_component_that_is_a_string_or_list_is_written_out() -> None:
    raw = with_property(
        {"type": "array", "items": ref("Loose")},
        Loose={"type": ["string", "null"], "x-time": ["local", "date"]},
    )

    assert "x: list[Time | None] | None" in models(raw)


def test_fields_are_in_document_order() -> None:
    raw = small(
        Thing={"type": "object", "required": ["c"], "properties": {"b": STRING, "c": STRING, "a": STRING}},
    )

    assert re.findall(r"^    ([abc]):", models(raw).partition("class Thing")[2], re.MULTILINE) == [
        "b",
        "c",
        "a",
    ]


@pytest.mark.parametrize(
    "name", ["class", "from", "_id", "created-at", "1st", "self", "naïve", "Time", "Thing", "Any"]
)
def test_a_property_that_cannot_be_a_field_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match=re.escape(f'"{name}"')):
        models(small(Thing={"type": "object", "properties": {name: STRING}}))


@pytest.mark.parametrize("name", ["Model", "UNSET", "Operation", "AfterShip", "Sequence", "Time"])
def test_a_schema_with_a_name_of_our_code_is_refused(name: str) -> None:
    with pytest.raises((SpecError, ExceptionGroup)) as caught:
        models(with_property(ref(name), **{name: {"type": "object", "properties": {"a": STRING}}}))

    assert name in messages(caught)


@pytest.mark.parametrize("name", ["lower_case", "Exception", "Two-Words"])
def test_a_schema_that_would_be_renamed_is_refused(name: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        models(with_property(ref(name), **{name: {"type": "object", "properties": {"a": STRING}}}))

    assert f'the schema "{name}" would become the class' in messages(caught)


def test_a_typed_dict_and_a_schema_of_one_name_are_refused() -> None:
    raw = parcels()
    raw["components"]["schemas"]["SizeInput"] = {"type": "object", "properties": {"a": STRING}}

    with pytest.raises(SpecError, match="SizeInput"):
        modules(raw)


def test_a_resource_with_the_class_of_a_schema_is_refused() -> None:
    raw = small()
    raw["paths"]["/things"]["get"]["x-resource"] = "thing"

    with pytest.raises(SpecError, match="the same class"):
        modules(raw)


@pytest.mark.parametrize(
    "wire",
    [
        "type",
        "format",
        "from",
        "list",
        "fooBar",
        "with-dash",
        "self",
        "options",
        "locals",
        "id",
        "client",
        "url",
    ],
)
def test_arguments_are_renamed_and_wires_are_not(wire: str) -> None:
    source = modules(with_parameter(name=wire))["resources/things.py"]
    argument = f"{wire}_" if wire in ("self", "options", "locals") else python_name(wire)

    assert f'query_names=("{argument}",)' in source
    assert (f'renamed=(("{argument}", "{wire}"),)' in source) == (argument != wire)


def test_parameters_that_become_one_argument_stay_two() -> None:
    raw = with_parameter(name="created_at")
    raw["paths"]["/things"]["get"]["parameters"].append(
        {"name": "created-at", "in": "query", "schema": STRING}
    )

    source = modules(raw)["resources/things.py"]
    assert 'query_names=("created_at", "createdat")' in source
    assert 'renamed=(("createdat", "created-at"),)' in source


def test_a_path_variable_without_parameter_is_an_error_with_a_sentence() -> None:
    raw = small()
    raw["paths"]["/things/{id}"] = {"get": operation(operationId="other", **{"x-method": "other"})}

    with pytest.raises(ExceptionGroup) as caught:
        modules(raw)

    assert "Path parameters do not match with path" in messages(caught)
    assert "small.yaml:1" in messages(caught)


def test_complaints_never_show_objects() -> None:
    raw = parcels()
    raw["info"]["title"] = 5

    with pytest.raises(ExceptionGroup) as caught:
        modules(raw)

    assert "object at 0x" not in messages(caught)


def test_a_dangling_reference_is_refused() -> None:
    with pytest.raises(SpecError, match="does not name a schema"):
        models(with_property(ref("Nowhere")))


def test_properties_beside_a_union_are_not_lost_in_silence() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        models(small(Thing={"anyOf": [{"type": "object"}, {"type": "null"}], "properties": {"a": STRING}}))

    assert "Thing" in messages(caught)


def test_recursion_and_maps_need_no_help() -> None:
    raw = small(
        Thing={
            "type": "object",
            "properties": {
                "inner": {"anyOf": [ref("Thing"), {"type": "null"}]},
                "named": {"type": "object", "additionalProperties": ref("Thing")},
            },
        }
    )

    source = models(raw)

    assert "inner: Thing | None" in source
    assert "named: dict[str, Thing] | None" in source
