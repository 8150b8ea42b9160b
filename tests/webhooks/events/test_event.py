"""The event: the models of each version, reading what is not as documented, versions, order, keys."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from datetime import UTC, datetime

import pytest

from aftership_tracking import documents, v2024_01, v2026_07
from aftership_tracking.errors import UsageError
from aftership_tracking.testing import webhook_event
from aftership_tracking.webhooks import (
    HEADER,
    VERSION_HEADER,
    InvalidEnvelopeError,
    Position,
    UnknownVersionError,
    Verifier,
    sign,
)
from aftership_tracking.webhooks.events.model_choice import choose_models

SECRET = "s"
OLDEST, NEWEST = "2024-01", "2026-07"


def parse(content: dict[str, object], version: str | None = NEWEST, **options):
    raw = json.dumps(content).encode()
    headers = {HEADER: sign(raw, SECRET), **({} if version is None else {VERSION_HEADER: version})}
    return Verifier(SECRET, **options).parse(raw, headers)


def event(ts: int = 1_700_000_000, **msg: object) -> dict[str, object]:
    return {
        "event": "tracking_update",
        "event_id": "00000000-0000-4000-8000-000000000001",
        "is_tracking_first_tag": True,
        "msg": {"id": "t1", "tag": "InTransit", "updated_at": "2023-11-14T22:13:20+00:00", **msg},
        "ts": ts,
    }


def test_the_fields_of_an_event():
    found = parse(event())
    assert (found.event, found.event_id, found.ts) == (
        "tracking_update",
        "00000000-0000-4000-8000-000000000001",
        1_700_000_000,
    )
    assert type(found.event) is str
    assert found.occurred_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert found.is_first_tag is True
    assert (found.version, found.model_version, found.is_known_version) == (NEWEST, NEWEST, True)
    assert found.is_known_event is True
    assert isinstance(found.tracking, v2026_07.Tracking)
    assert found.tag == "InTransit"
    assert type(found.tag) is str
    assert found.data == event()
    assert json.loads(found.raw) == event()
    assert found.surprises == ()
    assert found.lost == ()


@pytest.mark.parametrize("version", documents.versions())
def test_the_examples_of_every_version_are_read_strictly(version):
    for code, path in documents.document(version)["webhooks"].items():
        examples = path["post"]["requestBody"]["content"]["application/json"].get("examples", {})
        for example in examples.values():
            # The examples are short. The kit fills in what each event holds.
            full = webhook_event(event=code, version=version)
            full["msg"] |= example["value"]["msg"]
            found = parse({**example["value"], "msg": full["msg"]}, version, strict=True)
            assert (found.event, found.model_version) == (code, version)
            assert (
                type(found.tracking).__module__ == f"aftership_tracking.v{version.replace('-', '_')}.models"
            )


@pytest.mark.parametrize(
    ("header", "model", "known"),
    [
        (None, OLDEST, False),
        ("2023-10", OLDEST, False),
        ("2024-01", "2024-01", True),
        ("2025-04", "2025-04", True),
        ("2025-10", "2025-07", False),
        ("2026-07", "2026-07", True),
        ("2027-01", NEWEST, False),
        ("9999-12", NEWEST, False),
        ("", NEWEST, False),
        ("v2", NEWEST, False),
        ("2026-07-01", NEWEST, False),
        ("\xff", NEWEST, False),
        (" 2025-04 ", "2025-04", True),
    ],
)
def test_the_models_follow_the_version_header(header, model, known):
    found = parse(event(), header)
    assert (found.model_version, found.is_known_version) == (model, known)
    assert found.version == (header.strip() if header else header)
    if not known:
        with pytest.raises(UnknownVersionError):
            parse(event(), header, strict=True)


def test_a_doubled_version_header_counts_only_if_it_agrees():
    raw = json.dumps(event()).encode()
    for versions, model in ((["2025-04", "2025-04"], "2025-04"), (["2025-04", "2024-01"], NEWEST)):
        found = Verifier(SECRET).parse(raw, {HEADER: sign(raw, SECRET), VERSION_HEADER: versions})
        assert found.model_version == model


def test_any_number_of_made_up_versions_is_read():
    for number in range(200):
        assert parse(event(), f"made-up-{number}").model_version == NEWEST
    # Not all of them are remembered, because a sender may write anything into the header.
    assert choose_models.cache_info().currsize < 100


def test_an_event_and_a_tag_that_nobody_knows_yet():
    found = parse({**event(tag="Teleported", subtag="Teleported_001"), "event": "tracking_teleported"})
    assert (found.event, found.is_known_event) == ("tracking_teleported", False)
    assert found.tag == "Teleported"
    assert found.tracking.subtag == "Teleported_001"


def test_fields_of_the_legacy_webhook_are_read():
    legacy = event(
        android=[],
        ios=[],
        path="deprecated",
        unique_token="deprecated",
        delivery_time=3,
        last_updated_at="2023-11-14T22:13:20+00:00",
        expected_delivery="",
        checkpoints=[{"coordinates": [], "checkpoint_time": "", "tag": "Pending", "slug": "usps"}],
    )
    found = parse(legacy, None)
    assert (found.version, found.model_version) == (None, OLDEST)
    assert found.tracking.checkpoints[0].checkpoint_time == ""
    assert found.data["msg"]["delivery_time"] == 3
    assert found.as_version(NEWEST).tracking.id == "t1"


def test_bodies_of_another_version_than_the_header_says(caplog):
    with caplog.at_level(logging.WARNING):
        found = parse(event(shipment_weight=1.5, order_promised_delivery_date="2024-02-10"), NEWEST)
    assert found.tracking.shipment_weight == 1.5
    assert found.tracking.order_promised_delivery_date == "2024-02-10"
    assert {surprise.path for surprise in found.surprises} == {
        "$.msg.shipment_weight",
        "$.msg.order_promised_delivery_date",
    }
    assert "shipment_weight" in caplog.text
    assert "2024-02-10" not in caplog.text


def test_null_where_something_was():
    found = parse(event(tag=None, checkpoints=None, updated_at=None, custom_fields=None))
    assert (found.tag, found.custom_fields, found.position.updated_at) == (None, {}, None)
    assert parse({**event(), "is_tracking_first_tag": None}).is_first_tag is None
    without = event()
    del without["is_tracking_first_tag"]
    assert parse(without).is_first_tag is None
    assert parse({**event(), "is_tracking_first_tag": "yes"}).is_first_tag is None


def test_custom_fields_are_a_mapping_whatever_the_version_calls_empty():
    assert parse(event(custom_fields={}), "2025-04").custom_fields == {}
    assert parse(event(custom_fields=None), "2025-07").custom_fields == {}
    assert parse(event(), "2025-07").custom_fields == {}
    assert parse(event(custom_fields={"a": "b"}), "2025-07").custom_fields == {"a": "b"}
    # The migrated event follows the rule of its new version.
    assert (
        parse(event(custom_fields={}), "2025-04").as_version("2025-07").data["msg"]["custom_fields"] is None
    )
    assert (
        parse(event(custom_fields=None), "2025-07").as_version("2025-04").data["msg"]["custom_fields"] == {}
    )


def test_strict_refuses_what_is_not_in_the_document():
    full = webhook_event()
    assert parse(full, strict=True).event_id
    for change in ({"made_up": 1}, {"tag": "Teleported"}, {"shipment_weight": 1}):
        odd = {**full, "msg": {**full["msg"], **change}}
        with pytest.raises(InvalidEnvelopeError) as caught:
            parse(odd, strict=True)
        assert [surprise.path for surprise in caught.value.surprises] == [f"$.msg.{next(iter(change))}"]
        parse(odd)
    with pytest.raises(InvalidEnvelopeError, match="more"):
        parse({**full, "more": 1}, strict=True)


def test_strict_refuses_an_event_without_what_is_always_sent():
    full = webhook_event()
    del full["msg"]["slug"]
    with pytest.raises(InvalidEnvelopeError, match=r"\$\.msg\.slug: expected a field that is always sent"):
        parse(full, strict=True)
    parse(full)


def test_surprises_are_passed_to_a_hook():
    seen = []
    full = webhook_event()
    full["msg"] |= {"made_up": 1, "tag": "Teleported"}
    found = parse(full, on_surprise=seen.append)
    assert {surprise.path for surprise in seen} == {"$.msg.tag", "$.msg.made_up"}
    assert found.surprises == tuple(seen)


def test_a_byte_order_mark_and_bad_bytes_are_read():
    raw = b"\xef\xbb\xbf" + json.dumps(event(title="x")).encode().replace(b'"x"', b'"\xff"')
    found = Verifier(SECRET).parse(raw, {HEADER: sign(raw, SECRET)})
    assert found.tracking.title == "\ufffd"
    assert found.raw == raw


class TestVersions:
    """`as_version` gives one shape, whatever was delivered."""

    OLD = event(
        customer_name="Ada",
        emails=["ada@shop.example"],
        smses=["+12025550143"],
        shipment_weight=1.5,
        shipment_weight_unit="kg",
        order_promised_delivery_date="2024-02-10",
        destination_country_iso3="USA",
        custom_fields={},
        other="as it came",
        checkpoints=[{"zip": "97201", "country_iso3": "USA", "coordinates": [], "tag": "InTransit"}],
    )

    def test_up(self):
        found = parse(self.OLD, "2024-01")
        new = found.as_version("2026-07")
        tracking = new.tracking
        assert isinstance(tracking, v2026_07.Tracking)
        assert (tracking.customers[0].name, tracking.customers[0].email) == ("Ada", "ada@shop.example")
        assert (tracking.shipment_weight.value, tracking.shipment_weight.unit) == (1.5, "kg")
        assert tracking.order_promised_delivery_date.promised_delivery_date == "2024-02-10"
        assert tracking.destination_country_region == "USA"
        assert tracking.checkpoints[0].postal_code == "97201"
        assert new.data["msg"]["other"] == "as it came"
        assert (new.version, new.model_version, new.raw) == ("2024-01", "2026-07", found.raw)
        assert (new.event, new.event_id, new.ts) == (found.event, found.event_id, found.ts)

    def test_without_a_version_it_is_the_newest(self):
        assert parse(self.OLD, "2024-01").as_version() == parse(self.OLD, "2024-01").as_version(NEWEST)

    def test_down_lists_what_was_lost(self):
        found = parse(event(proof_of_delivery=[{"type": "image", "url": "https://e.test/1"}]), "2026-07")
        old = found.as_version("2024-01")
        assert isinstance(old.tracking, v2024_01.Tracking)
        assert any("proof_of_delivery" in loss.path for loss in old.lost)
        assert found.lost == ()

    def test_the_same_version_is_the_same_event(self):
        found = parse(event())
        assert found.as_version(NEWEST) is found

    def test_an_unknown_version(self):
        with pytest.raises(UsageError):
            parse(event()).as_version("1999-01")

    def test_typed(self):
        found = parse(self.OLD, "2024-01")
        tracking: v2026_07.Tracking = found.tracking_as(v2026_07.Tracking)
        assert type(tracking) is v2026_07.Tracking
        assert found.tracking_as(v2024_01.Tracking) is found.tracking
        for wrong in (str, v2026_07.Checkpoint):
            with pytest.raises(UsageError):
                found.tracking_as(wrong)

    def test_odd_content_is_migrated_too(self):
        odd = parse(event(customers="nobody", checkpoints=[None, 5], shipment_weight=[]), "2024-01")
        assert odd.as_version(NEWEST).event_id == odd.event_id

    def test_a_number_that_is_not_json_is_migrated_too(self):
        raw = json.dumps(event(x=1)).encode().replace(b'"x": 1', b'"x": NaN, "y": "\\ud800"')
        found = Verifier(SECRET).parse(raw, {HEADER: sign(raw, SECRET), VERSION_HEADER: "2024-01"})
        assert found.as_version(NEWEST).event_id == found.event_id


class TestOrder:
    """Newer by `ts`, then by `updated_at`."""

    def test_by_ts(self):
        first, second = parse(event(100)), parse(event(101, updated_at="2001-01-01T00:00:00+00:00"))
        assert second.is_newer_than(first)
        assert not first.is_newer_than(second)

    def test_by_updated_at_where_ts_is_equal(self):
        first = parse(event(updated_at="2024-01-01T10:00:00+02:00"))
        second = parse(event(updated_at="2024-01-01T09:00:00+00:00"))
        assert second.is_newer_than(first)
        assert not first.is_newer_than(second)

    def test_delivered_is_not_the_end(self):
        delivered = parse(event(100, tag="Delivered"))
        assert parse(event(101, tag="Exception")).is_newer_than(delivered)

    def test_nothing_before(self):
        assert parse(event()).is_newer_than(None)

    def test_twice_the_same(self):
        assert not parse(event()).is_newer_than(parse(event()))

    @pytest.mark.parametrize("updated_at", [None, "", "2024-01-01", "2024-01-01T00:00:00", "soon", 5])
    def test_without_a_zoned_time_neither_is_newer(self, updated_at):
        odd = parse(event(updated_at=updated_at))
        assert odd.position == Position(ts=1_700_000_000, updated_at=None)
        assert not odd.is_newer_than(parse(event()))
        assert not parse(event()).is_newer_than(odd)

    def test_against_a_stored_position_and_across_versions(self):
        stored = Position(ts=1_700_000_000, updated_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert parse(event(), "2024-01").is_newer_than(stored)
        assert not parse(event(5)).is_newer_than(stored)
        assert parse(event(1_700_000_001)).is_newer_than(Position(ts=1_700_000_000))


def test_keys():
    found = parse(event())
    assert found.key() == found.event_id
    assert found.key("/hooks/a") == f"/hooks/a/{found.event_id}"
    odd = parse({**event(), "event_id": "a/b%"})
    assert odd.key("x") == "x/a%2Fb%25"
    assert odd.key("x") != parse({**event(), "event_id": "b%"}).key("x/a")


def test_an_event_is_read_only():
    found = parse(event())
    for name in ("event", "tracking", "data", "made_up"):
        with pytest.raises(AttributeError):
            setattr(found, name, None)


def test_equality_copies_and_pickles():
    found = parse(event())
    assert found == parse(event())
    assert hash(found) == hash(parse(event()))
    assert found != parse(event(5))
    assert found != parse(event(), "2024-01")
    assert found != "event"
    assert copy.deepcopy(found) is copy.copy(found) is found
    migrated = parse(event(), "2024-01").as_version(NEWEST)
    for one in (found, migrated, parse(event(), None), parse(event(), "2027-01")):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert (again.version, again.model_version, again.tracking) == (
            one.version,
            one.model_version,
            one.tracking,
        )


def test_the_repr_holds_no_personal_data():
    shown = repr(parse(event(title="Ada's parcel", customer_name="Ada")))
    assert "Ada" not in shown
    assert "tracking_update" in shown
