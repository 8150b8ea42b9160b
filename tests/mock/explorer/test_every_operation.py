"""The page of every operation of every version: it opens, has all that the document has, and can be sent."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.mock import MockRequest
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.explorer.fields import body_node
from contract_support.document.installed import ReadOnce
from explorer_support.visitor import PageReader, Visitor
from page_support.pages import find_active, find_faults, read_page

VERSIONS = ReadOnce.versions()
KEY = "shop-key-1234567"
# The first parcel of the account moves, so it cannot be retracked.
STATES = {4013}


def api_of(visitor: Visitor, version: str) -> Api:
    found: Api = visitor.mock._served.load(version)[0]
    return found


def stock(visitor: Visitor, version: str) -> None:
    """Give an account trackings, and a connection in versions that know connections."""
    visitor.mock.seed(count=2, template={"slug": "dhl", "tag": "InTransit"}, key=KEY)
    if api_of(visitor, version).operation("courier_connections", "create"):
        body = {"courier_slug": "fedex", "credentials": {"account_number": "1"}}
        path = f"/tracking/{version}/courier-connections"
        assert visitor.mock.handle(MockRequest.to("POST", path, key=KEY, json=body)).status < 300


@pytest.mark.parametrize("version", VERSIONS)
def test_each_page_is_complete_and_its_prefilled_form_can_be_sent(new_visitor: Any, version: str) -> None:
    """No 5xx, and no refusal for what the page itself filled in."""
    api = api_of(new_visitor(), version)
    assert len(api.operations) > 10
    for operation in api.operations:
        visitor = new_visitor()
        stock(visitor, version)
        page = visitor.open(f"{version}/{operation.id}")
        check_page(api, operation, page)
        sent = visitor.send(page)
        record = visitor.mock.journal[-1]
        assert record.operation_id == operation.id
        assert sent.errors == []
        assert faults_of(sent) == []
        assert record.status == operation.success or record.code in STATES, (operation.id, record.hint)
        if record.code in STATES:
            assert operation.codes[record.code] == "state"
        assert f"{record.status} " in sent.text
        # Nothing that the page filled in deserves a hint, unless the operation itself does.
        hints = [each for each in record.hints if not each.sentence.startswith("operation: deprecated")]
        assert hints == [] or record.code in STATES, (operation.id, hints)


def check_page(api: Api, operation: ApiOperation, page: PageReader) -> None:
    """A page has a control with a label for all that the document has, and code."""
    names = {f"{each.location}.{each.name}" for each in operation.parameters}
    names |= {f"body.{name}" for name in fields_of(api, operation)}
    assert {name for name in page.controls if "." in name} == names, operation.id
    assert faults_of(page) == [], operation.id
    assert operation.method in page.text
    assert set(page.code) == {"curl", "Python", "aftership"}, operation.id


@pytest.mark.parametrize("version", VERSIONS)
def test_each_example_of_a_body_can_be_sent(new_visitor: Any, version: str) -> None:
    seen = 0
    for operation in api_of(new_visitor(), version).operations:
        links = new_visitor().open(f"{version}/{operation.id}").links
        for link in sorted({each for each in links if "?example=" in each}):
            visitor = new_visitor()
            stock(visitor, version)
            visitor.try_out(link.removeprefix("/_mock/explorer/"))
            assert visitor.mock.journal[-1].status == operation.success, link
            seen += 1
    assert seen > 3


def faults_of(page: PageReader) -> list[str]:
    """What not everybody could use, and what the policy of the page would refuse."""
    root = read_page(page.html)
    return [*find_faults(root), *find_active(root)]


def fields_of(api: Api, operation: ApiOperation) -> set[str]:
    node = body_node(api.document, operation)
    return set() if node is None else set(node.properties)


def test_a_field_shows_what_the_document_knows_of_it(reader: Visitor) -> None:
    page = reader.open("2026-07/create-tracking")
    for words in (
        "The number to follow: capital letters",
        "must have at least 4 characters; may have at most 100 characters",
        "may have at most 25 keys; keys may have at most 30 characters",
        "list of string; may list at most 50; each may have at most 32 characters",
        # The fields inside of a list of objects.
        "Fields of customers",
        "must begin with + and the country code",
    ):
        assert words in page.text, words
    # An open enum offers its values and takes others; a closed one is a choice.
    assert "pickup_at_store" in page.lists["f-body.delivery_type-values"]
    assert "options" not in page.controls["body.delivery_type"].attributes
    closed = reader.open("2024-01/mark-tracking-completed-by-id").controls["body.reason"]
    assert closed.options == ["", "DELIVERED", "LOST", "RETURNED_TO_SENDER"]
    assert closed.value == "DELIVERED"
    listed = reader.open("2026-07/get-trackings")
    assert "must be at least 1; may be at most 200; default 100" in listed.text
    assert listed.controls["query.limit"].value == ""


def test_a_limit_that_nobody_documents_says_how_it_is_known(reader: Visitor) -> None:
    assert "such as USA (the official clients say so)" in reader.open("2026-07/create-tracking").text
    assert "(a later version documents it)" in reader.open("2024-01/create-tracking").text


def test_a_secret_field_is_described_and_its_format_is_not(reader: Visitor) -> None:
    """`format: password` is a word for editors, and demands nothing."""
    assert "format password" not in reader.open("2024-01/create-tracking").text


def test_what_is_deprecated_new_or_changed_is_marked(reader: Visitor) -> None:
    old = reader.open("2024-07/get-tracking-by-slug-tracking-number")
    assert "Deprecated since 2024-07, to be removed in 2024-10, use get-tracking-by-id." in old.text
    assert "until 2024-07" in old.text
    assert "new in 2025-04" in reader.open("2025-04/get-courier-connections").text
    assert "changed in 2026-07 + body shipment_direction" in reader.open("2026-07/create-tracking").text
    unchanged = reader.open("2026-07/get-tracking-by-id").text
    assert "changed in" not in unchanged
    assert "deprecated" not in unchanged
    # The oldest version says nothing about when something came.
    assert "new in" not in reader.open("2024-01/create-tracking").text
