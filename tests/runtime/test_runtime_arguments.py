"""What a caller may give, and what happens otherwise: None, keywords of a call, wrong types."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
import runtime_sample as sample

import aftership_tracking
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.operation import Path
from aftership_tracking.runtime.options import CallOptions, Options, Timeout
from generator.client.reserved_names import CALL_OPTIONS

KEY = "asat_0123456789abcdef0123456789abcdef"
ID = "5b7658cec7c33c0e007de3c5"
NEWEST = registry.package(registry.versions()[-1])


# None.


def test_none_leaves_an_argument_out(newest: Any, recorder: Any) -> None:
    newest.trackings.create(tracking_number="RA12", slug=None, title=None, order_date=None)
    assert recorder.body == {"tracking_number": "RA12"}
    newest.trackings.list(slug=None, limit=None, keyword="x", cursor=None)
    assert dict(recorder.requests[-1].url.params) == {"keyword": "x"}
    newest.trackings.get(ID, fields=None, lang=None)
    assert recorder.requests[-1].url.query == b""


def test_none_clears_where_the_document_says_so(newest: Any, recorder: Any) -> None:
    newest.trackings.update(ID, title=None, note="", last_mile=None)
    assert recorder.body == {"note": "", "last_mile": None}
    newest.trackings.update(ID, title="x")
    assert recorder.body == {"title": "x"}


def test_null_inside_of_an_object_is_sent(newest: Any, recorder: Any) -> None:
    day = {"promised_delivery_date": "2026-02-06", "promised_delivery_date_min": None}
    newest.trackings.create(tracking_number="RA12", order_promised_delivery_date=day)
    assert recorder.body == {"tracking_number": "RA12", "order_promised_delivery_date": day}


def test_upsert_leaves_out_what_is_none(newest: Any, recorder: Any) -> None:
    newest.trackings.upsert(tracking_number="RA12", slug=None, title=None, update=True, timeout=2)
    assert recorder.body == {"tracking_number": "RA12"}
    assert recorder.requests[-1].extensions["timeout"]["read"] == 2


@pytest.mark.parametrize("value", [None, aftership_tracking.UNSET])
def test_what_is_needed_cannot_be_none(newest: Any, recorder: Any, value: Any) -> None:
    with pytest.raises(UsageError, match="tracking_number is needed"):
        newest.trackings.create(tracking_number=value)
    assert recorder.requests == []


@pytest.mark.parametrize("version", registry.versions())
def test_what_clears_is_what_the_document_declares(version: str) -> None:
    """Only an operation that changes something, and only a property that may be null."""
    from aftership_tracking import documents

    document = documents.document(version)
    for operation in registry.operations(version).values():
        template = "/" + "/".join(
            f"{{{part.name}}}" if isinstance(part, Path) else part for part in operation.path
        )
        declared = document["paths"][template][operation.method.lower()]
        nullable = _nullable_properties(document, declared)
        expected = nullable if operation.method in ("PUT", "PATCH") else set()
        assert set(operation.clears) == expected, operation.id


def _nullable_properties(document: Any, declared: Any) -> set[str]:
    def follow(value: Any) -> Any:
        while "$ref" in value:
            found = document
            for step in value["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            value = found
        return value

    def takes_null(value: Any) -> bool:
        value = follow(value)
        kinds = value.get("type", [])
        inner = [*value.get("anyOf", ()), *value.get("oneOf", ())]
        return "null" in ([kinds] if isinstance(kinds, str) else kinds) or any(map(takes_null, inner))

    body = follow(declared.get("requestBody", {})).get("content", {}).get("application/json")
    if body is None:
        return set()
    schema = follow(body["schema"])
    if "x-body-wrapper" in declared:
        schema = follow(schema["properties"][declared["x-body-wrapper"]])
    return {name for name, value in schema["properties"].items() if takes_null(value)}


# Keywords of one call.


def test_keywords_of_a_call(newest: Any, recorder: Any) -> None:
    newest.trackings.get(ID, timeout=3, headers={"X-Shop": "a"}, query={"beta": True, "none": None})
    [request] = recorder.requests
    assert request.extensions["timeout"]["read"] == 3
    assert request.headers["x-shop"] == "a"
    assert request.url.query == b"beta=true"


def test_a_keyword_wins_over_options_and_headers_and_query_add_up(newest: Any, recorder: Any) -> None:
    options = Options(
        timeout=Timeout(1, 2), headers={"x-a": "1", "x-b": "1"}, query={"a": 1, "b": 1}, max_retries=0
    )
    newest.trackings.get(ID, options=options, timeout=9, headers={"X-B": "2"}, query={"b": 2})
    [request] = recorder.requests
    assert request.extensions["timeout"]["read"] == 9
    assert (request.headers["x-a"], request.headers["x-b"]) == ("1", "2")
    assert request.url.query == b"a=1&b=2"
    assert options.headers == {"x-a": "1", "x-b": "1"}


def test_keywords_of_a_list_count_for_every_page(make: Any, service: Any) -> None:
    for number in (1, 2):
        items = [{"id": "a"}] if number == 1 else []
        service.reply(sample.envelope({"page": number, "limit": 1, "trackings": items}))
    extra = ["x"]
    for _ in make().parcels.list(limit=1, query={"extra": extra}, headers={"x-a": "1"}):
        extra.append("y")
    assert [request.url.params["extra"] for request in service.requests] == ["x", "x"]
    assert [request.headers["x-a"] for request in service.requests] == ["1", "1"]


def test_async_keywords(newest_async: Any, recorder: Any) -> None:
    async def run() -> None:
        await newest_async.trackings.get(ID, timeout=3)
        await newest_async.trackings.list(timeout=4, query={"beta": 1})

    asyncio.run(run())
    assert [request.extensions["timeout"]["read"] for request in recorder.requests] == [3, 4]


def test_an_argument_of_the_method_cannot_be_an_extra_parameter(newest: Any, recorder: Any) -> None:
    with pytest.raises(UsageError, match="query gives lang, which is an argument"):
        newest.trackings.get(ID, query={"lang": "de"})
    assert recorder.requests == []


def test_the_generator_reserves_the_keywords() -> None:
    assert frozenset(CallOptions.__annotations__) == CALL_OPTIONS == {*Options.__dataclass_fields__}


def test_every_method_takes_them() -> None:
    for name, kind in vars(type(NEWEST.AfterShip(KEY, limiter=None).trackings)).items():
        if inspect.isfunction(kind):
            parameters = list(inspect.signature(kind).parameters.values())
            assert parameters[-1].annotation == "Unpack[CallOptions]", name
            assert parameters[-1].kind is inspect.Parameter.VAR_KEYWORD


# Wrong types: only UsageError comes out.

WRONG: tuple[Any, ...] = (
    *(0, -1, 1.5, float("nan"), float("inf"), 10**400, True, Decimal(3), 1j),
    *("", "x", "\ud83d", b"x", bytearray(b"x")),
    *((), [], {}, set(), [1], ["a", "b"], [("x", "y")], {"x": 1}, {1: "x"}, (4, 5)),
    *(object(), object, int, print, httpx.URL("https://example.com"), httpx.Timeout(4)),
    *(
        dt.date(2026, 1, 1),
        dt.timedelta(seconds=1),
        Ellipsis,
        NotImplemented,
        iter([1]),
        aftership_tracking.UNSET,
    ),
)
FITTING: dict[str, Callable[[Any], bool]] = {
    # A callable returns the secret, a string is one.
    "api_key": lambda value: isinstance(value, str) or callable(value),
    "api_secret": lambda value: isinstance(value, str) or callable(value),
    "auth": lambda value: False,
    "base_url": lambda value: False,
    "timeout": lambda value: type(value) in (int, float),
    "deadline": lambda value: type(value) in (int, float),
    "max_retries": lambda value: type(value) is int,
    "max_response_bytes": lambda value: type(value) is int,
    "headers": lambda value: value == {} or value == {"x": 1},
    "limiter": lambda value: False,
    "http_client": lambda value: False,
    "strict": lambda value: value is True,
    "on_surprise": callable,
    "hooks": lambda value: isinstance(value, list | tuple | set) or hasattr(value, "__next__"),
    "clocks": lambda value: False,
}


# A call accepts these.
FITTING_CALLS: dict[str, Callable[[Any], bool]] = {
    "timeout": FITTING["timeout"],
    "deadline": FITTING["deadline"],
    "max_retries": FITTING["max_retries"],
    "headers": lambda value: value == {},
    "query": lambda value: value in ({}, {"x": 1}),
    "resend": lambda value: value is True,
    "priority": lambda value: type(value) is int,
    "options": lambda value: False,
}


def settle(work: Callable[[], object], label: object) -> bool:
    """Return whether the work was refused. Anything but UsageError fails."""
    try:
        work()
    except UsageError:
        return True
    except Exception as error:
        raise AssertionError(f"{label}: {type(error).__name__}: {error}") from error
    return False


@pytest.mark.parametrize("name", list(FITTING))
@pytest.mark.parametrize("build", ["AfterShip", "AsyncAfterShip", "with_options"])
def test_a_wrong_value_of_a_setting_is_a_usage_error(name: str, build: str) -> None:
    base = NEWEST.AfterShip(KEY, limiter=None)
    construct = base.with_options if build == "with_options" else getattr(NEWEST, build)
    given = {} if build == "with_options" or name == "api_key" else {"api_key": KEY}
    for value in WRONG:
        refused = settle(lambda value=value: construct(**given, **{name: value}), (name, value))
        assert refused or FITTING[name](value), (name, value)


def test_none_as_a_setting() -> None:
    for name in ("auth", "hooks", "strict", "max_retries", "max_response_bytes"):
        assert settle(lambda name=name: NEWEST.AfterShip(KEY, **{name: None}), name), name


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hooks": None}, "hooks must be a list of callables; this is a NoneType. Write hooks=[hook]"),
        ({"headers": [("x", "y")]}, "headers must be a mapping of names to values, not a list"),
        ({"base_url": httpx.URL("https://x.example")}, "base_url must be a string, not a URL. Write str"),
        ({"strict": "no"}, "strict must be True or False; this is a str"),
        ({"on_surprise": 1}, "on_surprise must be a callable or None"),
    ],
)
def test_the_sentence_has_a_hint(settings: Any, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        NEWEST.AfterShip(KEY, **settings)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", [*CallOptions.__annotations__, "options"])
@pytest.mark.parametrize("client_name", ["newest", "newest_async"])
def test_a_wrong_value_of_a_call_is_a_usage_error(
    name: str, client_name: str, request: pytest.FixtureRequest, recorder: Any
) -> None:
    client = request.getfixturevalue(client_name)

    def run(work: Callable[[], Any]) -> Any:
        if client_name == "newest":
            return work()

        async def wait() -> Any:
            return await work()

        return asyncio.run(wait())

    for value in WRONG:
        label = (name, value)
        refused = settle(lambda value=value: run(lambda: client.trackings.get(ID, **{name: value})), label)
        assert refused or FITTING_CALLS[name](value), label
        settle(lambda value=value: run(lambda: client.trackings.list(**{name: value})), label)
        settle(lambda value=value: run(lambda: client.request("GET", "x", **{name: value})), label)
        if name != "options":
            options = Options(**{name: value})
            repr_is_safe = name not in ("headers", "query") or isinstance(value, dict)
            assert not repr_is_safe or repr(options)
            settle(lambda o=options: run(lambda: client.trackings.get(ID, options=o, timeout=3)), label)
            settle(lambda o=options: run(lambda: client.trackings.list(options=o)), label)


def test_options_must_be_options(newest: Any) -> None:
    with pytest.raises(UsageError, match=r"options must be an Options, not a dict. Give .* timeout=3"):
        newest.trackings.get(ID, options={"timeout": 1})


@pytest.mark.parametrize(
    ("method", "arguments", "hint"),
    [
        (
            "list",
            {"created_at_min": dt.date(2026, 1, 5)},
            "created_at_min takes no plain date. Give a datetime",
        ),
        (
            "create",
            {"tracking_number": "RA12", "order_date": dt.date(2026, 1, 5)},
            "order_date takes no plain date. Give a datetime",
        ),
    ],
)
def test_a_time_that_the_document_does_not_have(
    newest: Any, recorder: Any, method: str, arguments: Any, hint: str
) -> None:
    with pytest.raises(UsageError, match=hint):
        getattr(newest.trackings, method)(**arguments)
    assert recorder.requests == []


def test_a_compact_date_is_a_string(recorder: Any) -> None:
    http = httpx.Client(transport=httpx.MockTransport(recorder))
    oldest = registry.package(registry.versions()[0]).AfterShip(KEY, http_client=http, limiter=None)
    with pytest.raises(
        UsageError, match=r'tracking_ship_date takes no plain date. Give .*strftime\("%Y%m%d"\)'
    ):
        oldest.trackings.create(tracking_number="RA12", tracking_ship_date=dt.date(2026, 1, 5))
    with pytest.raises(UsageError, match="order_promised_delivery_date takes no datetime"):
        oldest.trackings.create(
            tracking_number="RA12", order_promised_delivery_date=dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
        )
    assert recorder.requests == []


@pytest.mark.parametrize("as_model", [False, True])
def test_a_time_inside_of_an_object(newest: Any, recorder: Any, as_model: bool) -> None:
    when = dt.datetime(2026, 1, 5, 14, 30, tzinfo=dt.UTC)
    pickup = {"order_time": when}
    given = NEWEST.EstimatedPickup(**pickup) if as_model else pickup
    with pytest.raises(UsageError, match=r"estimated_pickup.order_time takes no datetime.*%Y-%m-%d %H:%M:%S"):
        newest.estimated_delivery_dates.predict(
            slug="usps", origin_address={}, destination_address={}, estimated_pickup=given
        )
    with pytest.raises(UsageError, match=r"estimated_delivery_dates.pickup_time takes no plain date"):
        newest.estimated_delivery_dates.predict_batch(
            estimated_delivery_dates=[{"pickup_time": "2026-01-05 10:00:00"}, {"pickup_time": when.date()}]
        )
    assert recorder.requests == []
