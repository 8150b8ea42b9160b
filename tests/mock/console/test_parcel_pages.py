"""Parcels: found, added and moved by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aftership_tracking.mock.control import parcel_list
from aftership_tracking.mock.parcels.parcel import Parcel
from page_support.console import KEY, Console

NEW = "console/parcels/new"


def numbers(seen: Any) -> list[str]:
    """The numbers of the parcels in the list."""
    table = next(each for each in seen.root.all("section") if each.attributes.get("id") == "parcels")
    return [row.all("a")[0].whole_text for row in table.all("tr")[1:]]


def seed(console: Console, count: int, key: str = KEY, **template: Any) -> list[str]:
    return console.mock.seed(count=count, key=key, template={"slug": "dhl", **template})


def sent_tags(console: Console) -> list[str]:
    """The statuses that webhooks reported."""
    bodies = [json.loads(request.body) for request in console.received]
    return [body["msg"]["tag"] for body in bodies if body["event"] == "tracking_update"]


def test_an_empty_mock_says_what_to_do(console: Console) -> None:
    assert "There are no parcels yet." in console.see().text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["C3", "B2", "A1"]),
        ("text=b2", ["B2"]),
        ("text=kettle", ["C3", "A1"]),
        ("tag=Delivered", ["A1"]),
        ("courier=ups", ["B2"]),
        ("text=kettle&tag=InTransit&courier=dhl", ["C3"]),
        ("text=none+of+them", []),
        ("text=%25", []),
    ],
)
def test_parcels_are_found(console: Console, query: str, found: list[str]) -> None:
    console.mock.seed(
        [
            {"tracking_number": "A1", "slug": "dhl", "title": "Red kettle", "tag": "Delivered"},
            {"tracking_number": "B2", "slug": "ups", "tag": "InTransit"},
            {"tracking_number": "C3", "slug": "dhl", "title": "Blue KETTLE", "tag": "InTransit"},
        ],
        key=KEY,
    )
    seen = console.see(f"console/parcels?{query}")
    if found:
        assert numbers(seen) == found
    else:
        assert "No parcel fits" in seen.text


def test_a_parcel_is_found_by_its_id(console: Console) -> None:
    first, _ = seed(console, 2)
    assert len(numbers(console.see(f"console/parcels?text={first}"))) == 1


def test_accounts_are_distinguished(console: Console) -> None:
    seed(console, 2)
    seed(console, 1, "another-key-with-length", tracking_number="OTHER")
    console.call("GET", "/couriers", key="another-key-with-length")
    seen = console.see()
    assert len(numbers(seen)) == 3
    assert "Account 1 ***4711 2 parcels, no request yet" in seen.text
    assert "Account 2 ***ngth 1 parcel, requests of key-1" in seen.text
    name = parcel_list.name_account("another-key-with-length")
    assert numbers(console.see(f"console/parcels?account={name}")) == ["OTHER"]
    assert console.see("console/parcels?account=nobody", 404)


def test_many_accounts_do_not_fill_the_pages(console: Console) -> None:
    for number in range(130):
        body = {"tracking_number": f"PARCEL{number:04}", "slug": "usps"}
        console.call("POST", "/trackings", key=f"key-{number}", json=body)
    seen = console.see()
    assert "and 30 more" in seen.text
    (choice,) = [each for each in seen.root.all("select") if each.attributes["name"] == "account"]
    assert len(choice.all("option")) == 101
    # Those that are not listed are found by what is known of them.
    name = parcel_list.name_account("key-129")
    assert numbers(console.see(f"console/parcels?account={name}")) == ["PARCEL0129"]


def test_a_long_list_comes_in_parts(console: Console) -> None:
    seed(console, 120)
    seen, found, parts = console.see(), [], 1
    while True:
        found += numbers(seen)
        older = [each for each in seen.root.all("a") if each.whole_text == "Older"]
        if not older:
            break
        parts += 1
        seen = console.see(older[0].attributes["href"].removeprefix("/_mock/"))
    assert (parts, len(found), len(set(found))) == (3, 120, 120)
    refused = console.see("console/parcels?start=x&text=kettle&tag=Delivered", 400)
    assert refused.alert() == "Not done. start: a whole number is needed, not 'x'"
    assert (refused.value("text"), refused.value("tag")) == ("kettle", "Delivered")
    assert "No parcel" not in console.see("console/parcels?start=0").text


def test_work_does_not_grow_with_the_parcels(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    states = 0
    original = Parcel.state

    def count(parcel: Parcel, now: Any) -> Any:
        nonlocal states
        states += 1
        return original(parcel, now)

    seed(console, 2000, tag="InTransit")
    console.see()
    monkeypatch.setattr(Parcel, "state", count)
    console.see()
    assert states == parcel_list.PART
    # A search that finds nothing stops, and says where it goes on.
    monkeypatch.setattr(parcel_list, "MOST_SEARCHED", 500)
    states = 0
    seen = console.see("console/parcels?tag=Expired")
    assert states == 500
    assert "No parcel fits among the 500 that were looked at." in seen.text
    (on,) = [each for each in seen.root.all("a") if "go on" in each.whole_text]
    assert on.attributes["href"] == "/_mock/console/parcels?start=500&tag=Expired"


def test_a_test_number_has_its_documented_life(console: Console) -> None:
    seen = console.act(
        NEW, do="create", new_key=KEY, tracking_number="ITOD-3-42", slug="testing-courier", title="Kettle"
    )
    assert "ITOD-3-42 was added." in seen.text
    assert "Planned Delivered Delivered_001 in 12m" in seen.text
    assert "Nothing has been heard of it yet." in seen.text
    [parcel] = console.call("GET", "/trackings").json["data"]["trackings"]
    assert (parcel["tracking_number"], parcel["title"], parcel["tag"]) == ("ITOD-3-42", "Kettle", "Pending")
    console.clock.advance(minutes=12)
    assert console.call("GET", f"/trackings/{parcel['id']}").json["data"]["tag"] == "Delivered"


@pytest.mark.parametrize(
    ("journey", "planned"),
    [("customs", "Customs clearance started"), ("Exception_013", "Shipment lost"), ("none", "")],
)
def test_a_journey_is_chosen(console: Console, journey: str, planned: str) -> None:
    seen = console.act(
        NEW, do="create", new_key=KEY, tracking_number="ITOD-3-42", slug="testing-courier", journey=journey
    )
    assert ("Planned" in seen.text) == bool(planned)
    assert planned in seen.text


def test_more_fields_are_given_as_json(console: Console) -> None:
    console.act(NEW, do="create", new_key=KEY, tracking_number="A1", slug="dhl", fields='{"order_id": "7"}')
    assert console.call("GET", "/trackings").json["data"]["trackings"][0]["order_id"] == "7"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tracking_number": " "}, "tracking_number: is needed"),
        ({"slug": "no-such-courier"}, "trackings[0].slug: no courier has the slug 'no-such-courier'"),
        ({"journey": "custom"}, "journey: there is no journey 'custom'"),
        ({"fields": "{"}, "fields: "),
        ({"fields": '{"ordr_id": "7"}'}, "did you mean order_id?"),
        ({"new_key": ""}, "account: choose one, or give the API key of another"),
        ({"account": "nobody", "new_key": ""}, "account: there is no account 'nobody'"),
    ],
)
def test_what_cannot_be_added_is_said_and_stays_typed(
    console: Console, changes: dict[str, str], sentence: str
) -> None:
    form = {"tracking_number": "A1", "slug": "dhl", "title": "Red & <blue>", "new_key": KEY, **changes}
    status = 404 if "account" in changes else 400
    seen = console.refused(NEW, status, do="create", **form)
    assert sentence in seen.alert()
    assert seen.root.all("title")[0].whole_text.startswith("Error: ")
    for name in ("tracking_number", "slug", "title"):
        assert seen.value(name) == form[name]
    # The other form of the page stays as it was.
    assert seen.value("count") == "20"
    assert sum(account.parcels for account in console.mock.parcels.accounts()) == 0


def test_the_same_parcel_twice_is_a_conflict(console: Console) -> None:
    form = {"do": "create", "new_key": KEY, "tracking_number": "A1", "slug": "dhl"}
    console.act(NEW, **form)
    assert "already" in console.refused(NEW, 409, **form).alert()


def test_many_are_added_from_a_template(console: Console) -> None:
    template = '{"slug": "dhl", "tag": "InTransit", "title": "Order {n}"}'
    seen = console.act(NEW, do="seed", new_key=KEY, count="30", template=template)
    assert "30 parcels were added." in seen.text
    assert len(numbers(seen)) == 30
    again = console.refused(NEW, do="seed", account=console.account, count="many", template=template)
    assert again.alert() == "Not done. count: a whole number is needed, not 'many'"
    assert (again.value("count"), again.value("template")) == ("many", template)


def test_only_keys_of_the_mock_are_accounts() -> None:
    console = Console(options={"keys": [KEY, "second-key-with-length"]})
    seen = console.see(NEW)
    assert not [each for each in seen.root.all("input") if each.attributes.get("name") == "new_key"]
    refused = console.refused(NEW, 404, do="create", new_key="another", tracking_number="A1", slug="dhl")
    assert "not a key of this mock" in refused.alert()
    console.act(NEW, do="create", account=console.account, tracking_number="A1", slug="dhl")


def test_a_parcel_is_advanced_and_its_webhook_goes_out(console: Console) -> None:
    console.mock.webhooks.add("http://127.0.0.1:1/", secret="s")
    identifier = console.create("ITD-20-1", slug="testing-courier")
    seen = console.act(console.parcel(identifier), do="advance", step="19m")
    assert "further in its life" in seen.text
    assert "Nothing has been heard of it yet." in seen.text
    assert sent_tags(console) == []
    seen = console.act(console.parcel(identifier), do="advance", step="1h")
    assert "Delivered" in seen.text
    assert sent_tags(console) == ["InfoReceived", "InTransit", "Delivered"]


def test_a_parcel_is_put_into_a_status(console: Console) -> None:
    identifier = console.create()
    for status, tag in (("Delivered", "Delivered"), ("Exception_013", "Exception")):
        console.act(console.parcel(identifier), do="put", status=status)
        assert console.call("GET", f"/trackings/{identifier}").json["data"]["tag"] == tag
    seen = console.refused(console.parcel(identifier), do="put", status="Lost")
    assert "'Lost' is not a status" in seen.alert()


def test_a_parcel_begins_a_journey(console: Console) -> None:
    identifier = console.create()
    seen = console.act(console.parcel(identifier), do="follow", journey="signed")
    assert "New: proof_of_delivery" in seen.text
    assert "unknown" not in seen.text
    refused = console.refused(console.parcel(identifier), do="follow", journey="sined")
    assert "did you mean" in refused.alert()


def test_what_was_typed_wrongly_stays(console: Console) -> None:
    identifier = console.create()
    seen = console.refused(console.parcel(identifier), do="advance", step="<soon>")
    assert "'<soon>' is not a duration" in seen.alert()
    assert seen.value("step", form=0) == "<soon>"
    assert (
        console.refused(console.parcel(identifier), do="advance", step="").alert()
        == "Not done. step: is needed"
    )


@pytest.mark.parametrize("path", ["console/parcels/nobody/x", "console/parcels/{account}/nothing"])
def test_an_unknown_parcel_is_one_sentence(console: Console, path: str) -> None:
    console.create()
    path = path.replace("{account}", console.account)
    assert (
        "there is no" in console.see(path, 404).alert() or "no account has" in console.see(path, 404).alert()
    )
    assert console.send(path, do="advance", step="1h").status_code == 404


def test_two_accounts_may_have_the_same_id(console: Console) -> None:
    for key, number in ((KEY, "MINE"), ("another-key-with-length", "THEIRS")):
        console.mock.seed(
            [{"id": "0123456789abcdef0123456789abcdef", "tracking_number": number, "slug": "dhl"}], key=key
        )
    other = parcel_list.name_account("another-key-with-length")
    path = f"console/parcels/{other}/0123456789abcdef0123456789abcdef"
    assert console.see(path).root.all("h1")[0].whole_text == "THEIRS"
    console.act(path, do="put", status="Delivered")
    [mine] = console.call("GET", "/trackings").json["data"]["trackings"]
    assert mine["tag"] == "Pending"


def test_one_account_is_emptied_or_everything(console: Console) -> None:
    seed(console, 2)
    seed(console, 3, "another-key-with-length")
    console.mock.webhooks.add("http://127.0.0.1:1/", secret="s")
    seen = console.act("", do="", account=console.account)
    assert "The account is empty." in seen.text
    assert [account.parcels for account in console.mock.parcels.accounts()] == [0, 3]
    assert "Everything is empty." in console.act("").text
    assert console.mock.parcels.accounts() == ()
    assert len(console.mock.webhooks.endpoints) == 1


def test_a_note_is_shown_once(console: Console) -> None:
    identifier = console.create()
    target = console.send(console.parcel(identifier), do="advance", step="1h").headers["location"]
    assert "further in its life" in console.client.get(target).text
    assert "further in its life" not in console.client.get(target).text
    assert "<b>" not in console.client.get("/_mock/?note=<b>").text
