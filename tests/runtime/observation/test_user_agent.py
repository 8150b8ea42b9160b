"""The application names itself to the service, after the name of this package."""

from __future__ import annotations

import pytest

import aftership_tracking
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.wire.headers import describe_agent


def test_it_is_sent_after_the_name_of_this_package(service, make):
    for _ in range(3):
        service.reply_parcel()
    client = make(user_agent="my-shop/1.2 (ops@example.com)")
    client.parcels.get("p1")
    client.with_options(user_agent="other").parcels.get("p1")
    client.with_options(user_agent=None).parcels.get("p1")
    ours = describe_agent("2024-01")
    assert ours.startswith(
        f"aftership-tracking-client/{aftership_tracking.__version__} (api 2024-01; python 3."
    )
    assert [request.headers["user-agent"] for request in service.requests] == [
        f"{ours} my-shop/1.2 (ops@example.com)",
        f"{ours} other",
        ours,
    ]


@pytest.mark.parametrize("given", ["shop", "shop/1", "shop/1.2.3+x lib/2 (a b; c)", r"shop (a \(b\))"])
def test_products_and_comments(make, given):
    make(user_agent=given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "shop/1\r\nx-evil: 1",
        "shop/1\n",
        "shop/1 (",
        "(only a comment)",
        "größe/1",
        "shop/",
        "a/b/c",
        "shop,1",
        "shop (\x00)",
        5,
        b"shop/1",
    ],
)
def test_what_a_header_cannot_hold_is_refused(make, given):
    with pytest.raises(UsageError, match="user_agent must be a name with a version"):
        make(user_agent=given)


def test_checking_takes_no_time_for_hostile_input(make):
    with pytest.raises(UsageError):
        make(user_agent="a " * 50_000 + "(")
