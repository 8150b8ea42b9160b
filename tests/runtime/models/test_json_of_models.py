"""JSON in and out: `to_dict`, `to_json` and their way back, and what other libraries make of a model."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Annotated

import anyio
import attrs
import httpx
import msgspec
import pytest
import runtime_sample as sample
from fastapi import Body, FastAPI
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import DecodeError
from aftership_tracking.models import encode_hook
from aftership_tracking.v2026_07.models import Checkpoint, Tracking

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=5,
)
CHECKPOINTS = st.fixed_dictionaries(
    {},
    optional={
        "slug": st.none() | st.just("usps"),
        "checkpoint_time": st.sampled_from(["2024-02-06", "2024-02-06T10:15:30-08:00", "soon"]),
        "tag": st.sampled_from(["Delivered", "Teleported"]),
        "new_field": JSON,
    },
)
TRACKINGS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(st.characters(codec="utf-8"), max_size=5),
        "title": st.none() | st.just("shoes"),
        "created_at": st.sampled_from(["2024-02-06T10:15:30+00:00", "2024-02-06T10:15:30", "last Tuesday"]),
        "checkpoints": st.lists(CHECKPOINTS, max_size=3),
        "custom_fields": st.dictionaries(st.text(st.characters(codec="utf-8")), st.just("x"), max_size=2),
        "mood": JSON,
        "extra_field": JSON,
    },
)


@given(TRACKINGS)
def test_reading_and_writing_lose_nothing(data):
    tracking = Tracking.from_dict(data)
    assert tracking.to_dict() == data
    assert json.loads(tracking.to_json()) == data
    again = Tracking.from_json(tracking.to_json())
    assert again == tracking
    assert again.to_dict() == data


@given(TRACKINGS)
def test_a_copy_of_any_kind_holds_the_same(data):
    tracking = Tracking.from_dict(data)
    for duplicate in (
        copy.copy(tracking),
        copy.deepcopy(tracking),
        pickle.loads(pickle.dumps(tracking)),
        attrs.evolve(tracking),
        msgspec.structs.replace(tracking),
    ):
        assert type(duplicate) is Tracking
        assert duplicate == tracking
        assert duplicate.to_dict() == data


def test_json_comes_as_text_too():
    assert Tracking.from_json('{"id": "t1"}') == Tracking(id="t1")


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"{", b""])
def test_what_is_not_an_object_is_refused(content):
    with pytest.raises(DecodeError):
        Tracking.from_json(content)


def test_unknown_fields_are_there_and_are_compared():
    tracking = Tracking.from_dict({"id": "t1", "mood": "good"})
    assert tracking.extra == {"mood": "good"}
    assert tracking != Tracking(id="t1")
    assert tracking == Tracking(id="t1", extra={"mood": "good"})  # type: ignore[call-arg]
    tracking.extra["mood"] = "bad"
    assert tracking.to_dict() == {"id": "t1", "mood": "bad"}
    assert repr(tracking) == "Tracking(id='t1', extra={'mood': 'bad'})"


def test_looking_at_extra_changes_nothing():
    tracking = Tracking(id="t1")
    assert tracking.extra == {}
    assert tracking == Tracking(id="t1")
    assert tracking.to_json() == b'{"id":"t1"}'


def test_a_documented_field_wins_over_an_unknown_one_of_its_name():
    tracking = Tracking(id="t1")
    tracking.extra["id"] = "t2"
    assert tracking.to_dict() == {"id": "t1"}


def test_an_encoder_of_msgspec_takes_the_hook():
    tracking = Tracking.from_dict({"id": "t1", "created_at": "2024-02-06T10:15:30+00:00", "mood": "good"})
    assert tracking.created_at.is_zoned
    assert json.loads(msgspec.json.encode({"all": [tracking]}, enc_hook=encode_hook)) == {
        "all": [
            {
                "id": "t1",
                "created_at": "2024-02-06T10:15:30+00:00",
                "(unknown fields)": {"mood": "good"},
            }
        ]
    }
    with pytest.raises(TypeError, match="object has no JSON form"):
        msgspec.json.encode(object(), enc_hook=encode_hook)


def test_asdict_of_attrs_shows_what_was_not_sent():
    found = attrs.asdict(Tracking(id="t1", title=None, checkpoints=[Checkpoint(slug="usps")]))
    assert (found["id"], found["title"]) == ("t1", None)
    assert not found["tag"]
    assert found["checkpoints"][0]["slug"] == "usps"


def test_a_repr_is_short():
    parcel = sample.Parcel(id="p1", title="t" * 500, note=None, stops=[sample.Stop(message="m")] * 40)
    assert repr(parcel) == f"Parcel(id='p1', title={'t' * 100!r}..., stops=<40 Stop>)"
    assert str(parcel) == repr(parcel)


def test_a_notebook_shows_a_table_and_runs_nothing():
    shown = Tracking(id="t1", title="<script>alert(1)</script>", note=None)._repr_html_()
    assert "<table>" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "note" not in shown


def test_a_route_of_fastapi_returns_and_takes_a_tracking():
    app = FastAPI()

    @app.post("/trackings")
    def echo(tracking: Annotated[Tracking, Body()]) -> list[Tracking]:
        return [tracking]

    async def send(content):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return await client.post("/trackings", json=content), await client.get("/openapi.json")

    data = {"id": "t1", "tag": "Teleported", "mood": {"a": [1]}, "checkpoints": [{"slug": None}]}
    response, document = anyio.run(send, data)
    assert response.status_code == 200
    assert response.json() == [data]
    schemas = document.json()["components"]["schemas"]
    assert schemas["Tracking"]["properties"].keys() == set(msgspec.structs.asdict(Tracking())) - {"extra"}
    assert schemas["Tracking"]["properties"]["id"]["type"] == "string"
    assert schemas["Tracking"]["properties"]["created_at"]["format"] == "date-time"
    assert "Delivered" in schemas["Tracking"]["properties"]["tag"]["examples"]
    assert "id" in schemas["Tracking"]["required"]
    assert schemas["Checkpoint"]["properties"]
    refused, _ = anyio.run(send, ["t1"])
    assert refused.status_code == 422
    assert "not a Tracking" in refused.text


@pytest.mark.parametrize("version", ["v2024_01", "v2025_07", "v2026_07"])
def test_pydantic_describes_every_model(version):
    from importlib import import_module

    from pydantic import TypeAdapter

    from aftership_tracking.models import Model

    models = import_module(f"aftership_tracking.{version}.models")
    classes = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Model)]
    described = [one for one in classes if one.__module__ == models.__name__]
    assert described
    for one in described:
        for mode in ("validation", "serialization"):
            assert TypeAdapter(one).json_schema(mode=mode)["type"] == "object"
