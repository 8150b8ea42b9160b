"""A value outside of its documented limits is said before it is sent, once; nothing is refused."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from aftership_tracking import AfterShip, AsyncAfterShip, explain, v2024_01, v2024_07
from aftership_tracking.errors import ApiDeprecationWarning, LikelyMistakeWarning
from aftership_tracking.runtime.calls import likely_mistakes
from aftership_tracking.runtime.calls.documented_limits import find_broken_limit
from aftership_tracking.runtime.calls.likely_mistakes import report_mistakes
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Documented, Operation, RateLimit, Retry
from generator.client.texts import documented_values

TAGS = Documented(
    "at most 2 items, each at most 3 characters", max_items=2, items=Documented("", max_length=3)
)
MAP = Documented(
    "two entries",
    max_entries=2,
    names=Documented("", max_length=3),
    values=Documented("", min_length=1),
)
GONE = "Deprecated since 2031-01: use name."


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likely_mistakes, "_SAID", set())


class Account:
    """Responds to everything, and counts."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(str(request.url))
        return httpx.Response(200, json={"meta": {"code": 200}, "data": {"trackings": []}})


@pytest.fixture
def account() -> Account:
    return Account()


def make(package: Any, account: Account) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(account))
    return package.AfterShip("asat_key", http_client=http, limiter=None)


@pytest.fixture
def caught() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield found


SENTENCE = "limit=1000 is outside of its limits: 1 to 200, default 100"


def test_a_limit_outside_of_its_range_is_said_once_and_sent(account, caught):
    with make(v2024_07, account) as client:
        client.trackings.list(limit=1000)
        client.trackings.list(limit=1000)
        client.trackings.list(limit=200)
    likely = [one for one in caught if one.category is LikelyMistakeWarning]
    assert [str(one.message) for one in likely] == [SENTENCE]
    assert likely[0].filename == __file__
    assert "limit=1000" in account.urls[0]


@pytest.mark.parametrize("value", [0, -1, 201])
def test_zero_is_a_value_too(account, caught, value):
    with make(v2024_07, account) as client:
        client.trackings.list(limit=value)
    assert f"limit={value} is outside" in "".join(str(one.message) for one in caught)


def test_explain_says_it_and_shows_the_limits_of_both_clients():
    for client in (AfterShip("asat_key"), AsyncAfterShip("asat_key")):
        found = explain(client.trackings.list, limit=1000)
        values = next(check for check in found.checks if check.name == "values")
        assert (values.passed, values.text) == (False, SENTENCE)
        assert found.documented["limit"] == "1 to 200, default 100"
        assert "argument limit: 1 to 200, default 100" in str(found).splitlines()


def test_explain_shows_the_limits_inside_of_arguments():
    found = explain(
        v2024_01.AfterShip("asat_key").trackings.create,
        tracking_number="1Z999AA10123456784",
        next_couriers=[{"slug": "ups", "tracking_number": "1"}],
    )
    values = next(check for check in found.checks if check.name == "values")
    assert "next_couriers.tracking_number is outside" in values.text
    assert "4 to 100 characters" in found.documented["next_couriers.tracking_number"]


@pytest.mark.parametrize(
    ("documented", "inside", "outside"),
    [
        (Documented("", minimum=1, maximum=3), [1, 3, 2.5], [0, 4, -1.0]),
        (Documented("", above=1, below=3), [2, 1.1], [1, 3]),
        (Documented("", multiple_of=0.1), [0.3, 1, 0], [0.35]),
        (Documented("", min_length=2, max_length=3), ["ab", "abc"], ["", "a", "abcd"]),
        (Documented("", pattern=r"^\+"), ["+1"], ["1", ""]),
        (TAGS, [[], ["abc"], ("a", "b"), {"a"}], [["a", "b", "c"], ["abcd"]]),
        (MAP, [{}, {"abc": "x"}], [{"a": "x", "b": "x", "c": "x"}, {"abcd": "x"}, {"a": ""}]),
    ],
)
def test_each_rule(documented, inside, outside):
    assert [find_broken_limit("x", value, documented) for value in inside] == [None] * len(inside)
    assert None not in [find_broken_limit("x", value, documented) for value in outside]


@pytest.mark.parametrize("value", [True, None, UNSET, object(), dt.date(2031, 5, 1), iter([1]), "text", 5])
def test_a_rule_of_another_type_says_nothing(value):
    documented = Documented("", min_items=9, min_entries=9)
    assert find_broken_limit("x", value, documented) is None
    if not isinstance(value, int) or value is True:
        assert find_broken_limit("x", value, Documented("", maximum=0)) is None


BREAKING: dict[str, Any] = {
    "minimum": (1, 0),
    "maximum": (1, 2),
    "above": (1, 1),
    "below": (1, 1),
    "multiple_of": (2, 3),
    "min_length": (1, ""),
    "max_length": (1, "ab"),
    "pattern": ("^a", "b"),
    "min_items": (1, []),
    "max_items": (1, [1, 2]),
    "min_entries": (1, {}),
    "max_entries": (1, {"a": 1, "b": 2}),
    "items": (Documented("", maximum=1), [2]),
    "names": (Documented("", max_length=1), {"ab": 1}),
    "values": (Documented("", maximum=1), {"a": 2}),
}


def test_every_rule_that_the_generator_writes_has_an_effect():
    inner = {name for _, name in documented_values._INNER.values()}
    written = {name for rules in documented_values._RULES_BY_TYPE.values() for name in rules.values()} | inner
    assert written == BREAKING.keys()
    for name, (rule, value) in BREAKING.items():
        assert find_broken_limit("x", value, Documented("", **{name: rule})) is not None, name


def test_a_string_is_not_shown():
    said = find_broken_limit("phone", "5551234", Documented(r"matching `^\+`", pattern=r"^\+"))
    assert said == r"phone is outside of its limits: matching `^\+`"


def operation(**declared: Any) -> Operation[Any]:
    return Operation(
        "test",
        "POST",
        ("x",),
        returns="X",
        unwrap=(),
        retry=Retry.NEVER,
        limit=RateLimit(requests=1, seconds=1, shared=False),
        **declared,
    )


def test_a_deprecated_argument_is_said_once_where_it_is_given(caught):
    declared = operation(
        query_values=(("token", Documented("", deprecated=GONE)),),
        body_values=(("customers.token", Documented("", deprecated=GONE)),),
    )
    for given in (None, UNSET, None):
        report_mistakes(declared, "", {"token": given}, {"customers": [{"token": given}, {}]})
    assert caught == []
    for _ in range(2):
        report_mistakes(declared, "", {"token": ""}, {"customers": [{"token": "t"}]})
    assert [str(one.message) for one in caught] == [f"token: {GONE}", f"customers.token: {GONE}"]
    assert {one.category for one in caught} == {ApiDeprecationWarning}


def test_one_mistake_is_said_in_one_sentence(account, caught):
    """`us` is not a country, and breaks the pattern of countries."""
    with make(v2024_07, account) as client:
        client.trackings.list(courier_destination_country_iso3=["us"])
    likely = [str(one.message) for one in caught if one.category is LikelyMistakeWarning]
    assert likely == ["courier_destination_country_iso3='us': did you mean 'USA'?"]


def test_a_deprecated_operation_is_said_once_by_both_clients(account, caught):
    sentence = (
        "get-tracking-by-slug-tracking-number: Deprecated since 2024-07, to be removed in 2024-10: "
        "use trackings.get."
    )
    with make(v2024_07, account) as client:
        client.trackings.get_by_number("ups", "1")
        client.trackings.get_by_number("ups", "1")
        client.trackings.get("a")
    found = [one for one in caught if one.category is ApiDeprecationWarning]
    assert [(str(one.message), one.filename) for one in found] == [(sentence, __file__)]

    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(account))
        async with v2024_07.AsyncAfterShip("asat_key", http_client=http, limiter=None) as client:
            await client.trackings.delete_by_number("ups", "1")

    asyncio.run(run())
    found = [one for one in caught if one.category is ApiDeprecationWarning]
    assert str(found[-1].message).startswith("delete-tracking-by-slug-tracking-number: Deprecated since")
    assert found[-1].filename == __file__


def test_explain_names_what_is_deprecated():
    client = v2024_07.AfterShip("asat_key")
    checks = {
        method: next(one for one in explain(call, *arguments).checks if one.name == "deprecation")
        for method, call, arguments in (
            ("get", client.trackings.get, ("a",)),
            ("get_by_number", client.trackings.get_by_number, ("ups", "1")),
        )
    }
    assert checks["get"].passed is True
    assert checks["get_by_number"].passed is False
    assert "use trackings.get." in checks["get_by_number"].text


def test_the_mark_of_pep_702_is_there_at_run_time():
    trackings = v2024_07.AfterShip("asat_key").trackings
    assert trackings.get_by_number.__deprecated__.startswith("Deprecated since 2024-07")
    assert not hasattr(trackings.get, "__deprecated__")


def test_the_mark_costs_no_import():
    """`typing_extensions` takes longer to import than a client to build."""
    code = (
        "import sys; from aftership_tracking import v2024_07\n"
        "for kind in (v2024_07.AfterShip, v2024_07.AsyncAfterShip):\n"
        "    kind('k').trackings.get_by_number\n"
        "print('typing_extensions' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
