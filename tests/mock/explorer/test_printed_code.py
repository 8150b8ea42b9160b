"""The code that a page prints is run as it is, and the mock receives what the form sent."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aftership_tracking.mock import ManualClock
from contract_support.document.installed import ReadOnce
from depth import examples
from explorer_support.running import (
    KEY,
    Received,
    Recorder,
    run_command,
    run_command_in_a_shell,
    run_curl,
    run_python,
)
from explorer_support.visitor import PageReader, Visitor
from page_support.served import serve_here
from version_sample import sample

VERSIONS = ReadOnce.versions()
# What shells, curl, URLs, JSON and Python treat in a way of their own.
HOSTILE = (
    *("it's", '"double"', "`id`", "$HOME ${HOME} $(id)", "a\\b\\", "line\nbreak", "tab\tend ", " "),
    *("@/etc/passwd", "-x", "--help", "%41%", "a&b=c;d", "#x", "[1-9]{a,b}", "*?", "!!", "~", "\r\n"),
    *("ä ö ü", "日本", "😀", "\u202e\u2028", "{}", "'''", '"""', "\\u0041", "\\'", "%s{x}", "\x7f", "a+b"),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
LINE = TEXT.filter(lambda text: text.strip(".") != "")
EVERY = {"curl", "Python", "aftership"}
PROPERTY = settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def bench() -> Iterator[tuple[Visitor, str]]:
    mock = Recorder(clock=ManualClock(), documents=ReadOnce)
    mock.seed(count=2, template={"slug": "dhl", "tag": "InTransit"}, key=KEY)
    with serve_here(mock) as served:
        yield Visitor(mock), served.url


def sent(visitor: Visitor) -> Any:
    mock = visitor.mock
    assert isinstance(mock, Recorder)
    return mock.take()


def compare(bench: tuple[Visitor, str], page: PageReader, monkeypatch: Any) -> set[str]:
    """Run what a page prints after its form was sent. Returns the languages that it has code for."""
    visitor, url = bench
    wanted = sent(visitor)
    for language, code in page.code.items():
        if language == "curl":
            shown = run_curl(code, url)
            assert shown.startswith("HTTP/1.1 ")
            received = sent(visitor)
            # curl sends the very bytes; how it spells a space in a query makes no difference.
            assert received.body == wanted.body
            for name in ("content-type", "as-api-key", "authorization"):
                assert received.headers.get(name, "").replace(KEY, "") == wanted.headers.get(
                    name, ""
                ).replace("explorer", "").replace(KEY, ""), name
        elif language == "Python":
            run_python(code, url, monkeypatch)
            received = sent(visitor)
        elif language == "aftership":
            run_command(code, url, monkeypatch)
            received = sent(visitor)
        else:  # the body of the response
            continue
        is_exact = language == "curl"
        assert Received.of(received, is_exact=is_exact) == Received.of(wanted, is_exact=is_exact), code
    return set(page.code) & EVERY


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_the_code_of_every_operation_sends_what_the_form_sends(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    visitor, _ = bench
    for operation in visitor.mock._served.load(version)[0].operations:
        page = visitor.open(f"{version}/{operation.id}")
        filled = fill_in(page)
        found = compare(bench, visitor.send(page, **filled), monkeypatch)
        assert found == EVERY, operation.id


def fill_in(page: PageReader) -> dict[str, str]:
    """Fill in everything that a page has an example for."""
    return {
        name: control.value or control.attributes.get("placeholder") or control.options[1]
        for name, control in page.controls.items()
        if name.startswith(("path.", "query."))
    }


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_the_printed_arguments_are_those_of_the_generated_method(reader: Visitor, version: str) -> None:
    package = import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    client = package.AfterShip(api_key="k")
    for operation in reader.mock._served.load(version)[0].operations:
        page = reader.open(f"{version}/{operation.id}")
        method = getattr(getattr(client, operation.resource), operation.action)
        # With a value in every field, also in those that have no example.
        values = {
            f"body.{name.removeprefix('body.')}": "{}"
            if "JSON" in str(control.attributes.get("placeholder"))
            else "1"
            for name, control in page.controls.items()
            if name.startswith("body.")
        }
        sent_page = reader.send(page, do="write", body_from="fields", **fill_in(page), **values)
        call = ast.parse(sent_page.code["Python"]).body[2]
        assert isinstance(call, ast.Assign)
        assert isinstance(call.value, ast.Call)
        names = {each.arg: None for each in call.value.keywords}
        inspect.signature(method).bind(**names)
        inputs = [name for name in page.controls if "." in name]
        assert len(names) == len(inputs), operation.id
    client.close()


def hostile_examples(at_once: int) -> Any:
    """Run a test with all hostile values, several in one call."""

    def decorate(function: Any) -> Any:
        for start in range(0, len(HOSTILE), at_once):
            function = example(values=list(HOSTILE[start : start + at_once]))(function)
        return function

    return decorate


FIELDS = ("tracking_number", "title", "note", "order_id", "order_number", "pickup_note")


@hostile_examples(len(FIELDS))
@given(values=st.lists(LINE, min_size=1, max_size=len(FIELDS)))
@PROPERTY
def test_hostile_values_of_fields(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, values: list[str]
) -> None:
    visitor, _ = bench
    page = visitor.try_out(
        "2026-07/create-tracking",
        **{f"body__{name}": value for name, value in zip(FIELDS, values, strict=False)},
        body__custom_fields=json.dumps({values[0]: values, "other": [values[-1], None, True, 1.5]}),
    )
    assert compare(bench, page, monkeypatch) == EVERY


@hostile_examples(3)
@given(values=st.lists(LINE, min_size=1, max_size=3))
@PROPERTY
def test_hostile_values_of_path_and_query(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, values: list[str]
) -> None:
    visitor, _ = bench
    names = ("query__lang", "path__slug", "path__tracking_number")
    page = visitor.try_out(
        "2024-01/get-tracking-by-slug-tracking-number",
        **{"path__slug": "usps", "path__tracking_number": "a/b", "query__fields": "tag,title"}
        | dict(zip(names, values, strict=False)),
    )
    is_blank = any(not value.strip() for value in values[1:])
    # In a path it is percent-encoded, in an option of the command it is not.
    without_command = EVERY - {"aftership"}
    expected = without_command if "\0" in values[0] else EVERY
    assert compare(bench, page, monkeypatch) == ({"curl"} if is_blank else expected)


@hostile_examples(1)
@given(values=st.lists(TEXT, min_size=1, max_size=1))
@PROPERTY
def test_hostile_bodies(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, values: list[str]
) -> None:
    """Whatever is typed as the body is sent as it is. What is not JSON, only curl can send."""
    visitor, _ = bench
    (value,) = values
    page = visitor.try_out("2026-07/create-tracking", body_from="text", body=value)
    expected = set() if "\0" in value else {"curl"}
    if value == "{}":
        expected |= {"aftership"}
    assert compare(bench, page, monkeypatch) == expected
    assert "curl can send it." in page.text


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
JSON_VALUES: st.SearchStrategy[Any] = st.deferred(
    lambda: SCALARS | st.lists(JSON_VALUES, max_size=3) | st.dictionaries(TEXT, JSON_VALUES, max_size=3)
)


@given(value=JSON_VALUES)
@PROPERTY
def test_any_json_inside_of_a_field(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    visitor, _ = bench
    body = {"tracking_number": "ABCD", "customers": [value], "custom_fields": {"a": value}}
    page = visitor.try_out("2026-07/create-tracking", body_from="text", body=json.dumps(body))
    assert compare(bench, page, monkeypatch) == EVERY


@pytest.mark.parametrize(
    ("body", "reason", "others"),
    [
        ('{"tracking_number": "ABCD", "weather": "fine"}', '2026-07 has no field "weather"', {"aftership"}),
        ('{"tracking_number": "ABCD", "title": null}', "leaves title out if it is None", {"aftership"}),
        ('{"title": "x"}', "The client needs tracking_number.", {"aftership"}),
        ('{"tracking_number": "ABCD", "title": "a", "title": "b"}', "has the same name twice", set()),
        ('["x"]', "always sends an object", set()),
        ('{"tracking_number"', "is not JSON", set()),
    ],
)
def test_what_the_client_cannot_send_is_said(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, body: str, reason: str, others: set[str]
) -> None:
    visitor, _ = bench
    page = visitor.try_out("2026-07/create-tracking", body_from="text", body=body)
    assert reason in page.text
    assert compare(bench, page, monkeypatch) == {"curl"} | others


@pytest.mark.parametrize("body", ["{}", '{"": 1}', '{"a=b": "c", "d": "\\u0000"}'])
def test_a_body_that_no_option_can_hold_comes_from_standard_input(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    visitor, _ = bench
    page = visitor.try_out("2026-07/create-tracking", body_from="text", body=body)
    assert compare(bench, page, monkeypatch) == {"curl", "aftership"}


def test_a_nul_of_the_query_only_curl_and_python_can_send(
    bench: tuple[Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, _ = bench
    page = visitor.try_out("2026-07/get-trackings", query__keyword="a\0b")
    assert "keyword holds a NUL character" in page.text
    assert compare(bench, page, monkeypatch) == {"curl", "Python"}


def test_a_line_of_the_command_runs_as_it_is_copied(bench: tuple[Visitor, str]) -> None:
    visitor, url = bench
    form = {
        "do": "write",
        "body_from": "fields",
        "body.title": "it's $HOME",
        "body.custom_fields": '{"a": "`id`"}',
    }
    page = visitor.send(visitor.open("2024-01/create-tracking"), **form)
    shown = json.loads(run_command_in_a_shell(page.code["aftership"], url))
    received = json.loads(sent(visitor).body)["tracking"]
    assert (received["title"], received["custom_fields"]) == ("it's $HOME", {"a": "`id`"})
    assert shown["data"]["tracking"]["title"] == "it's $HOME"


def test_the_client_always_wraps(reader: Visitor) -> None:
    form = {"do": "write", "body_from": "text", "body": '{"tracking_number": "ABCD"}'}
    page = reader.send(reader.open("2024-01/create-tracking"), **form)
    assert "an object with tracking alone" in page.text


def test_an_empty_item_of_a_list_only_curl_can_send(reader: Visitor) -> None:
    page = reader.send(reader.open("2026-07/get-trackings"), do="write", query__slug="a,,b")
    assert "sends no empty item" in page.text


def test_no_key_is_printed(stocked: Visitor) -> None:
    page = stocked.try_out("2026-07/get-trackings")
    assert '-H "as-api-key: $AFTERSHIP_API_KEY"' in page.code["curl"]
    assert page.code["aftership"] == "aftership api GET /trackings \\\n  --api-version 2026-07\n"
    assert "shop-key" not in page.html
