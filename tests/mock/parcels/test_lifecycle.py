"""Lifecycle files: what they make of parcels, and what they refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.mock import ControlError, ManualClock, Mock, MockRequest
from aftership_tracking.mock.documents.conversion import CODE_VERSION
from aftership_tracking.mock.parcels.lifecycle import Lifecycle, included, parse_lifecycle
from aftership_tracking.mock.parcels.lifecycle_reader import LifecycleError
from aftership_tracking.mock.parcels.substatus import SUBTAGS
from contract_support.document.completion import complete_request
from contract_support.document.installed import ReadOnce
from version_sample import sample

EXAMPLE = Path(__file__).parents[3] / "examples" / "lifecycle.toml"
VERSIONS = ReadOnce.versions()
# Whose names the files have, and the fields here.
NEWEST = CODE_VERSION
ENDS = ("origin", "destination")
# What only callers say: a life has it, too, if it wants to.
OF_CALLERS = {
    "custom_fields": {"basket": "b-1"},
    "note": "a note",
    "order_id": "o-1",
    "order_number": "1",
    "order_date": "2024-02-01T10:00:00+00:00",
    "order_id_path": "https://shop.example/o-1",
    "order_tags": ["one"],
    "order_promised_delivery_date": {"promised_delivery_date": "2024-02-09"},
    "language": "en",
    "title": "a title",
    "shipment_tags": ["one"],
    "tracking_ship_date": "20240201",
    "tracking_account_number": "a",
    "tracking_key": "k",
    **{f"{end}_{name}": "x" for end in ENDS for name in ("city", "state", "postal_code")},
    **{f"{end}_country_region": "USA" for end in ENDS},
    **{f"{end}_raw_location": "x" for end in ENDS},
}


class Lives:
    """A mock with a lifecycle, called in one version."""

    def __init__(self, version: str = NEWEST, lifecycle: Any = None) -> None:
        self.mock = Mock(clock=ManualClock(), documents=ReadOnce, lifecycle=lifecycle)
        self.version = version

    def call(self, method: str, path: str, key: str = "k", **parts: Any) -> Any:
        if "json" in parts:
            parts["json"] = complete_request(ReadOnce.document(self.version), method, path, parts["json"])
        request = MockRequest.to(method, f"/tracking/{self.version}{path}", key=key, **parts)
        response = self.mock.handle(request)
        assert response.status < 300, (response, response.headers)
        data = response.json["data"]
        return data.get("tracking", data)

    def create(self, number: str = "PARCEL0001", slug: str = "usps", key: str = "k", **fields: Any) -> str:
        body = {"tracking_number": number, "slug": slug, **fields}
        wrapper = ReadOnce.document(self.version)["paths"]["/trackings"]["post"].get("x-body-wrapper")
        found: str = self.call("POST", "/trackings", key, json={wrapper: body} if wrapper else body)["id"]
        return found

    def get(self, identifier: str, key: str = "k") -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/trackings/{identifier}", key)
        return found


def parse(text: str) -> Lifecycle:
    return parse_lifecycle(text, "lives.toml", ReadOnce)


def written(folder: Path, text: str) -> Path:
    file = folder / "lives.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_example() -> None:
    lives = Lives(lifecycle=EXAMPLE)
    lost, late, other = lives.create("LOST1"), lives.create("1234567890", "dhl"), lives.create()
    trouble, documented = lives.create(key="trouble-key"), lives.create("ITOD-3-1", "testing-courier")
    lives.mock.clock.advance(days=2)
    held = lives.get(late)
    assert [point["subtag"] for point in held["checkpoints"]] == [
        *("InfoReceived_001", "InTransit_002", "Exception_004")
    ]
    depot = held["checkpoints"][1]
    assert (depot["message"], depot["location"]) == ("Taken over from the shop", "Leipzig, Sachsen")
    assert (depot["coordinate"], depot["country_region"]) == (None, "DEU")
    assert depot["checkpoint_time"].endswith("+01:00")
    assert held["first_estimated_delivery"]["datetime"] == "2024-02-09"
    assert held["latest_estimated_delivery"]["datetime"] == "2024-02-11"
    assert held["latest_estimated_delivery"]["revise_reason"] == "customs_clearance"
    assert held["courier_estimated_delivery_date"]["estimated_delivery_date"] == "2024-02-11"
    assert (held["on_time_status"], held["on_time_difference"]) == ("trending-late", 2)
    assert (held["signed_by"], held["proof_of_delivery"]) == (None, None)
    assert held["signature_requirement"] == "adult_signature_required"
    lives.mock.clock.advance(days=4)
    delivered = lives.get(late)
    assert (delivered["subtag"], delivered["signed_by"]) == ("Delivered_003", "A. Example")
    assert delivered["proof_of_delivery"] == [{"type": "image", "url": "https://courier.example/1.jpg"}]
    assert (delivered["on_time_status"], delivered["active"]) == ("late", False)
    lives.mock.clock.advance(days=10)
    assert lives.get(lost)["subtag"] == "Exception_013"
    assert lives.get(trouble, "trouble-key")["subtag"] == "Exception_007"
    assert lives.get(documented)["tag"] == "Delivered"
    assert lives.get(other)["tag"] == "Pending"


def test_the_sample_of_the_page_works(tmp_path: Path) -> None:
    page = (EXAMPLE.parents[1] / "docs" / "mock.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    lives = Lives(lifecycle=written(tmp_path, text))
    identifier = lives.create(slug="dhl")
    lives.mock.clock.advance(days=6)
    found = lives.get(identifier)
    assert (found["signed_by"], found["on_time_status"]) == ("A. Example", "late")
    assert all(f"`{name}`" in page for name in included()), "a journey of the mock is not on the page"


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_every_sub_status_is_reachable(version: str) -> None:
    """By name, without a file; each response fits its document, or the mock would say 500."""
    lives = Lives(version)
    found = {subtag: lives.create(f"PARCEL{number:04}") for number, subtag in enumerate(SUBTAGS)}
    for subtag, identifier in found.items():
        lives.mock.follow(identifier, subtag)
    lives.mock.clock.advance(days=4)
    assert {subtag: lives.get(identifier)["subtag"] for subtag, identifier in found.items()} == {
        subtag: subtag for subtag in SUBTAGS
    }


def test_the_sub_statuses_are_those_of_the_document() -> None:
    known = ReadOnce.document(NEWEST)["components"]["schemas"]["DeliverySubStatus"]["x-open-enum"]
    assert set(SUBTAGS) == set(known)
    assert len(SUBTAGS) == len(known)


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_every_field_of_a_tracking_comes_in_some_life(version: str) -> None:
    lives = Lives(version)
    # The other fields are those of callers, in the names of one version.
    details = OF_CALLERS if version == NEWEST else {}
    found = {name: lives.create(f"PARCEL{index:04}", **details) for index, name in enumerate(included())}
    for name, identifier in found.items():
        lives.mock.follow(identifier, name)
    seen: set[str] = set()
    statuses: set[str] = set()
    for _ in range(36):
        lives.mock.clock.advance(days=0.5)
        for identifier in found.values():
            tracking = lives.get(identifier)
            seen |= {name for name, value in tracking.items() if value not in (None, [])}
            statuses.add(str(tracking["on_time_status"]))
    fields = ReadOnce.document(version)["components"]["schemas"]["Tracking"]["properties"].keys()
    if version == NEWEST:
        # The lists of receivers of older versions are empty: receivers are `customers` here.
        assert fields - seen == {"customers", "subscribed_emails", "subscribed_smses"}
        assert statuses >= {"on-time", "late", "overdue", "trending-late", "trending-on-time"}
    else:
        assert {"signed_by", "aftership_estimated_delivery_date", "multi_piece_info"} & fields <= seen


def test_a_life_can_be_chosen_by_hand() -> None:
    lives = Lives()
    identifier = lives.create()
    lives.mock.follow(identifier, "signed")
    lives.mock.clock.advance(days=4)
    assert lives.get(identifier)["signed_by"] == "A. Example"
    with pytest.raises(ControlError, match=r"there is no journey 'singed'; did you mean 'signed'\?"):
        lives.mock.follow(identifier, "singed")


def test_estimates_that_change_are_webhooks(tmp_path: Path) -> None:
    lives = Lives(lifecycle=written(tmp_path, '[[choose]]\njourney = "customs"'))
    lives.mock.webhooks.transport = lambda request: 200
    lives.mock.webhooks.add("http://receiver.example/", secret="s", events=["edd_revise"])
    lives.create()
    lives.mock.clock.advance(days=10)
    assert [each.event for each in lives.mock.webhooks.log] == ["edd_revise"] * 3


START = '[journeys.one]\nevents = [{ after = "1h", status = "InTransit" }'
MISTAKES = {
    "this is not TOML": ("journeys = ", "lives.toml: it is not TOML: "),
    "a long number": ("x = " + "1" * 5000, "lives.toml: a number has too many digits"),
    "a deep list": ("x = " + "[" * 5000, "lives.toml: it is nested too deep"),
    "a name at the top": (
        "[journey.one]",
        "lives.toml: journey: is not known here; did you mean 'journeys'?",
    ),
    "a journey that is not a table": (
        "journeys.one = 1",
        "journeys: one has to be a table: write [journeys.one]",
    ),
    "no events": ("[journeys.one]", "lives.toml: journeys.one, events: is missing; give a list of tables"),
    "empty events": (
        "[journeys.one]\nevents = []",
        "journeys.one, events: is empty; give at least one event",
    ),
    "an event that is not a table": ("[journeys.one]\nevents = [1]", "event 1: has to be a table, not 1"),
    "no time": (
        '[journeys.one]\nevents = [{ status = "InTransit" }]',
        'lives.toml: journeys.one, event 1, after: is missing; give a time such as "90s", "30m", "2h" or',
    ),
    "a wrong time": (
        f'{START}, {{ after = "2 hours", status = "Delivered" }}]',
        "lives.toml: journeys.one, event 2, after: '2 hours' is not a time such as \"90s\"",
    ),
    "an empty time": (
        f'{START}, {{ after = "", status = "Delivered" }}]',
        "event 2, after: '' is not a time",
    ),
    "a number as a time": (f"{START}, {{ after = 2 }}]", 'event 2, after: has to be a time such as "90s"'),
    "a time after all": (f'{START}, {{ after = "200d" }}]', "event 2, after: '200d' is later than 120 days"),
    "not in order": (
        f'{START}, {{ after = "30m", status = "Delivered" }}]',
        "event 2, after: is earlier than that of the event before it; sort the events",
    ),
    "an unknown status": (
        f'{START}, {{ after = "2h", status = "Deliverd" }}]',
        "event 2, status: 'Deliverd' is not a status or sub-status; did you mean 'Delivered'?",
    ),
    "an unknown sub-status": (
        f'{START}, {{ after = "2h", status = "Exception_0004" }}]',
        "status: 'Exception_0004' is not a status or sub-status; did you mean 'Exception_004'?",
    ),
    "after the end": (
        f'{START}, {{ after = "2h", status = "Delivered" }}, {{ after = "3h", status = "InTransit" }}]',
        "event 3, status: nothing moves after Delivered; put it before, or leave the status out",
    ),
    "nothing happens": (
        f'{START}, {{ after = "2h" }}]',
        "event 2, status: is missing; give a status, `expected` or `fields`: else nothing happens",
    ),
    "an unknown location": (
        f'{START}, {{ after = "2h", status = "InTransit", location = "depo" }}]\n'
        '[locations.depot]\ncity = "X"',
        "event 2, location: 'depo' is not a location of this file; did you mean 'depot'?",
    ),
    "a location without a checkpoint": (
        f'{START}, {{ after = "2h", location = "depot", expected = "3h" }}]\n[locations.depot]\ncity = "X"',
        "event 2, location: belongs to a checkpoint; give a status, too",
    ),
    "an unknown event": (
        f'{START}, {{ after = "2h", status = "InTransit", event = "pickedup" }}]',
        "event: 'pickedup' is not the code of an event; did you mean 'picked_up'?",
    ),
    "a reason without an event": (
        f'{START}, {{ after = "2h", status = "InTransit", reason = "outside_delivery_limits" }}]',
        "event 2, reason: belongs to an event; give `event`, too",
    ),
    "a reason without an estimate": (
        f'{START}, {{ after = "2h", status = "InTransit", revised_because = "extreme_cold" }}]',
        "event 2, revised_because: belongs to a new estimate; give `expected`, too",
    ),
    "an unknown key": (
        f'{START}, {{ after = "2h", status = "InTransit", mesage = "x" }}]',
        "event 2, mesage: is not known here; did you mean 'message'?",
    ),
    "an unknown field": (
        f"{START}]\nfields = {{ sign_by = 1 }}",
        "lives.toml: journeys.one, fields, sign_by: is not a field of a tracking; did you mean 'signed_by'?",
    ),
    "a computed field": (
        f'{START}]\nfields = {{ tag = "Delivered" }}',
        "fields, tag: cannot be set: write the `status` of an event instead",
    ),
    "a field of a wrong type": (
        f"{START}]\nfields = {{ signed_by = 1 }}",
        "fields, signed_by: has to be a string, not 1",
    ),
    "a boolean as a number": (
        f"{START}]\nfields = {{ shipment_weight = {{ value = true }} }}",
        "fields, shipment_weight.value: has to be a number, not True",
    ),
    "a number that JSON lacks": (
        f"{START}]\nfields = {{ shipment_weight = {{ value = nan }} }}",
        "fields, shipment_weight.value: has to be a number that JSON has, not nan",
    ),
    "an unknown part of a field": (
        f"{START}]\nfields = {{ shipment_weight = {{ units = 1 }} }}",
        "fields, shipment_weight.units: is not known there; did you mean 'unit'?",
    ),
    "an unknown value": (
        f'{START}]\nfields = {{ proof_of_delivery = [{{ type = "imag" }}] }}',
        "fields, proof_of_delivery 1.type: 'imag' is not a known value; did you mean 'image'?",
    ),
    "a wrong date": (
        f'{START}]\nfields = {{ custom_estimated_delivery_date = {{ datetime = "soon" }} }}',
        '\'soon\' is not a date; write "2026-07-01", or "day +3" for three days after the start',
    ),
    "a location without a city": (
        "[locations.x]",
        "lives.toml: locations.x, city: is missing; give a string",
    ),
    "half a coordinate": (
        '[locations.x]\ncity = "X"\nlatitude = 1',
        "locations.x, latitude: goes only together with longitude; give both or none",
    ),
    "a far coordinate": (
        '[locations.x]\ncity = "X"\nlatitude = 91\nlongitude = 1',
        "locations.x, latitude: has to be from -90 to 90, not 91",
    ),
    "a far offset": (
        '[locations.x]\ncity = "X"\nutc_offset = 15',
        "utc_offset: has to be hours from -14 to 14",
    ),
    "a country": (
        '[locations.x]\ncity = "X"\ncountry = "DE"',
        "country: has to be three capital letters such as",
    ),
    "an unknown journey": (
        f'{START}]\n[[choose]]\njourney = "on"',
        "lives.toml: choose 1, journey: there is no journey 'on'; did you mean 'one'?",
    ),
    "no journey": ('[[choose]]\nnumber = "x"', "lives.toml: choose 1, journey: is missing; give a string"),
    "an unknown choice": (
        f'{START}]\n[[choose]]\njourney = "one"\nslug = "dhl"',
        "lives.toml: choose 1, slug: is not known here; there are: journey, number, courier, account",
    ),
    "an empty choice": (
        '[[choose]]\njourney = ""',
        "choose 1, journey: is empty; give a string or leave it out",
    ),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_are_refused_with_location_and_hint(text: str, message: str) -> None:
    with pytest.raises(LifecycleError) as caught:
        parse(text)
    found = str(caught.value)
    name, _, rest = found.partition(": ")
    # Not of what nests so deep that nobody counts.
    where = re.match(r"line \d+, column \d+: ", rest)
    assert (name, where is None) == ("lives.toml", "nested" in found)
    assert message.removeprefix("lives.toml: ") in rest
    if message.startswith("lives.toml: ") and where is not None:
        assert rest[where.end() :].startswith(message.removeprefix("lives.toml: "))
    assert "\n" not in found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (MISTAKES["an unknown key"][0], "line 2, column"),
        (MISTAKES["an unknown choice"][0], "line 5, column 1"),
        (MISTAKES["half a coordinate"][0], "line 3, column 1"),
        (MISTAKES["no events"][0], "line 1, column"),
        ("[journeys.a]\n\nevents = [\n  1,\n]", "line 3, column 1"),
        ('[locations.x]\ncity = "X"\n\n[journey.b]', "line 4, column 2"),
    ],
)
def test_the_line_is_that_of_the_mistake(text: str, where: str) -> None:
    with pytest.raises(LifecycleError, match=f"^lives.toml: {where}"):
        parse(text)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(LifecycleError, match=r"absent\.toml: cannot be read: No such file"):
        Mock(documents=ReadOnce, lifecycle=tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(LifecycleError, match=r"latin\.toml: cannot be read: it is not UTF-8 text"):
        Mock(documents=ReadOnce, lifecycle=str(tmp_path / "latin.toml"))


def test_dates_of_toml_are_dates() -> None:
    life = parse(f"{START}]\nfields = {{ custom_estimated_delivery_date = {{ datetime = 2026-07-01 }} }}")
    assert life.life("one").fields == {"custom_estimated_delivery_date": {"datetime": "2026-07-01"}}
