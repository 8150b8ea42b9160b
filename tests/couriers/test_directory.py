"""The directory holds the facts of the data files, each with its date, and finds what people type."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import pytest

from aftership_tracking import couriers, documents
from aftership_tracking.couriers import Courier, Directory
from aftership_tracking.couriers.directory import find_meant
from aftership_tracking.errors import UsageError


def known(directory: Directory, slug: str) -> Courier:
    found = directory.get(slug)
    assert found is not None
    return found


def slugs(found: tuple[Courier, ...]) -> list[str]:
    return [courier.slug for courier in found]


def test_every_known_slug_is_there(directory: Directory) -> None:
    of_data = [
        record["slug"]
        for name in ("couriers", "more-couriers")
        for record in documents.data(name)["couriers"]
    ]
    assert slugs(tuple(directory)) == of_data
    assert len(directory) == 1555
    assert "dhl-germany" in directory
    assert "no-such-courier" not in directory
    assert directory.get("no-such-courier") is None
    assert directory.live is None
    assert {courier.is_live for courier in directory} == {None}


def test_every_fact_has_its_list_and_date(directory: Directory) -> None:
    seen = {courier.source.seen for courier in directory}
    assert seen == {"2020-02-25", "before 2020-10-11", "2024-08-12"}
    counts = [sum(courier.source.seen == day for courier in directory) for day in sorted(seen)]
    # As many as the lists have: 660 and 78 with every field, 817 with few.
    assert counts == [660, 817, 78]
    for courier in directory:
        # Each is in the list of 2024; those of 2020 say more.
        assert courier.hints[0].source.confidence == "official plugin"
        assert courier.hints[0].optional is None
        assert len(courier.hints) == (1 if courier.source.confidence == "official plugin" else 2)


def test_required_fields_of_2020_and_2024(directory: Directory) -> None:
    gls = known(directory, "gls-spain")
    assert gls.required_fields == ("destination_postal_code",)
    newer, older = gls.hints
    assert (newer.source.seen, newer.required) == ("2024-08-12", ("destination_postal_code",))
    assert (older.source.seen, older.required) == ("2020-02-25", ("tracking_key",))
    changed = [courier for courier in directory if len({hint.required for hint in courier.hints}) > 1]
    assert len(changed) == 25


def test_what_no_list_says_is_none(directory: Directory) -> None:
    short = known(directory, "dhl-freight")
    assert (short.phone, short.web_url, short.countries, short.optional_fields) == (None, None, None, None)
    assert short.required_fields == ()
    # A list wrote a sign where it had nothing.
    assert known(directory, "dachser").phone is None


def test_names_of_fields_are_those_of_the_version() -> None:
    oldest = couriers.load(version="2024-01", use_live=False)
    assert known(oldest, "gls-spain").required_fields == ("tracking_postal_code",)
    assert oldest.version == "2024-01"
    with pytest.raises(UsageError, match="no version '2023-10'"):
        couriers.load(version="2023-10", use_live=False)


def test_groups_have_members_and_say_how_sure_they_are(directory: Directory) -> None:
    groups = directory.groups
    assert groups["dhl-group"].confidence == "documented"
    assert groups["toll-group"].confidence == "inferred"
    assert groups["taqbin-group"].note == "The public list is cut off after the fourth member."
    for group in groups.values():
        assert all(group.name in known(directory, slug).groups for slug in group.members)
    assert sum(len(courier.groups) for courier in directory) == sum(len(g.members) for g in groups.values())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dhl-germany", ["dhl-germany"]),
        ("dhl germany", ["dhl-germany"]),
        ("DHL GERMANY", ["dhl-germany"]),
        ("federal express", ["fedex"]),
        ("dhl espana", ["dhl-es", "dhl-es-sftp"]),
        ("Hermes Italy", ["hermes-it"]),
        ("DHL International", ["dhl", "dhl-pieceid"]),
        # Its name of 2020.
        ("ABX Express", ["abxexpress-my"]),
        ("dhl paket", []),
        ("", []),
        ("-", []),
    ],
)
def test_a_courier_is_found_by_each_of_its_names(
    directory: Directory, name: str, expected: list[str]
) -> None:
    assert slugs(directory.find(name)) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dhl-germany", "dhl-germany"),
        ("DHL Germny", "dhl-germany"),
        ("royal mial", "royal-mail"),
        ("fedex ground", "fedex"),
        ("deutsche post", "dhl-germany"),
        ("hermes deutschland", "hermes-de"),
        ("correos espana", "spain-correos-es"),
        ("递四方", "4px"),
        ("递四", "4px"),
        ("ups", "ups"),
    ],
)
def test_search_finds_first(directory: Directory, text: str, first: str) -> None:
    assert slugs(directory.search(text, limit=3))[0] == first


def test_search_for_a_name_that_no_list_has(directory: Directory) -> None:
    found = slugs(directory.search("dhl paket"))
    assert len(found) == 10
    assert all(slug.startswith("dhl") for slug in found)
    assert "dhl-germany" in found[:5]
    assert slugs(directory.search("dhl paket", limit=3)) == found[:3]


@pytest.mark.parametrize("text", ["", " -! ", "qqqzzz", "☃"])
def test_search_finds_nothing(directory: Directory, text: str) -> None:
    assert directory.search(text) == ()


def test_search_finds_every_courier_by_its_slug(directory: Directory) -> None:
    for courier in list(directory)[::31]:
        assert courier in directory.search(courier.slug, limit=3), courier.slug


def test_a_limit_below_one_is_refused(directory: Directory) -> None:
    with pytest.raises(UsageError, match="limit must be at least 1, not 0"):
        directory.search("dhl", limit=0)


def test_it_needs_little_memory() -> None:
    couriers.load(use_live=False)
    tracemalloc.start()
    try:
        directory = couriers.load(use_live=False)
        loaded, _ = tracemalloc.get_traced_memory()
        directory.search("dhl")
        searched, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # 1.1 and 2.4 MB on Python 3.11.
    assert 100_000 < loaded < 3_000_000
    assert searched < 6_000_000


def test_the_package_does_not_load_it() -> None:
    code = (
        "import sys, aftership_tracking as a; a.AfterShip('k', base_url='http://127.0.0.1:1').couriers; "
        "print([m for m in sys.modules if m.startswith('aftership_tracking.couriers')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fedx", "fedex"),
        ("FedEx", "fedex"),
        ("dhl-germny", "dhl-germany"),
        # Names, to which the slug of another courier is close: ydh-express, zto-express.
        ("DHL Express", "dhl"),
        ("yto express", "yto"),
        ("dhl paket", "dhl"),
        # A search finds somebody for each of these, who has one of the words or another one that is like it.
        ("no such courier", None),
        ("some random words", None),
        ("hello world", None),
        ("not known", None),
        ("in house", None),
        # The service may refuse a slug that the lists have: then no other one was meant.
        ("fedex", None),
        ("no-such-courier", None),
        ("", None),
        ("f" * 101, None),
    ],
)
def test_the_slug_that_was_meant_is_a_close_one_or_none(
    directory: Directory, text: str, meant: str | None
) -> None:
    assert find_meant(directory, text) == meant
