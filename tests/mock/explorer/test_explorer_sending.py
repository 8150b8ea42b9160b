"""What "Send" does: the request passes the pipeline of the mock, and the page says what came back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.mock import MockKey
from explorer_support.visitor import ROOT, Visitor

KEY = "shop-key-1234567"
CREATE = "2026-07/create-tracking"


def test_a_call_is_in_the_journal_like_any_other(stocked: Visitor) -> None:
    page = stocked.try_out(CREATE, body__title="Birthday <b>parcel</b>")
    record = stocked.mock.journal[-1]
    assert (record.operation, record.status, record.path) == (
        "trackings.create",
        201,
        "/tracking/2026-07/trackings",
    )
    assert record.body["title"] == "Birthday <b>parcel</b>"
    assert "201 Created" in page.text
    body = json.loads(page.code["The body of the response"])
    assert body == record.response_body
    assert f"Entry {record.number} of the journal" in page.text
    # The link leads to a page of the console.
    link = next(each for each in page.links if each.endswith(f"/requests/{record.number}"))
    assert stocked.request("GET", link).status == 200
    assert "as-trace-id" in page.text
    assert " ms" in page.text


def test_what_was_sent_is_shown_again_in_fields_and_as_json(visitor: Visitor) -> None:
    page = visitor.try_out(
        "2024-01/create-tracking", body__custom_fields='{"a": "b"}', body__emails='["x@y.example"]'
    )
    assert json.loads(page.controls["body"].value) == {
        "tracking": {
            "tracking_number": "ITOD-3-6436426452526",
            "slug": "testing-courier",
            "custom_fields": {"a": "b"},
            "emails": ["x@y.example"],
        }
    }
    body = {"tracking": {"tracking_number": "ABCD1", "slug": "usps", "title": "", "weather": 1}}
    again = visitor.send(page, body_from="text", body=json.dumps(body))
    assert visitor.mock.journal[-1].body == body
    assert again.controls["body.tracking_number"].value == "ABCD1"
    assert again.controls["body_from"].value == "text"
    # What the fields cannot hold is in the JSON alone, and the page says so.
    assert "The JSON holds more than these fields can show" in again.text
    assert "The JSON holds more" not in page.text
    assert again.controls["body.custom_fields"].value == ""


def test_what_is_empty_is_not_sent(visitor: Visitor) -> None:
    visitor.try_out("2026-07/get-trackings", query__limit="2", query__slug="")
    assert visitor.mock.journal[-1].query == "limit=2"


@pytest.mark.parametrize(
    ("text", "sent"), [("3", 3), ("03", "03"), ("x", "x"), ("-1", -1), ("1e5", "1e5"), ("9" * 50, "9" * 50)]
)
def test_a_number_that_is_none_is_sent_as_text(visitor: Visitor, text: str, sent: object) -> None:
    """People try out what the API says about it."""
    visitor.try_out("2026-07/predict", body__package_count=text)
    assert visitor.mock.journal[-1].body["package_count"] == sent


def test_lists_have_an_item_on_each_line(visitor: Visitor) -> None:
    visitor.try_out(CREATE, body__shipment_tags="a, b\r\nc\n\n d")
    assert visitor.mock.journal[-1].body["shipment_tags"] == ["a, b", "c", " d"]


def test_a_refusal_says_why(visitor: Visitor) -> None:
    page = visitor.try_out("2026-07/get-trackings", query__limit="1000")
    assert "400 Bad Request" in page.text
    assert "limit" in page.text
    assert visitor.mock.journal[-1].hints[0].sentence in page.text


def test_broken_json_is_sent_as_it_is(visitor: Visitor) -> None:
    page = visitor.try_out(CREATE, body_from="text", body='{"tracking_number": ')
    assert visitor.mock.journal[-1].code == 4001
    assert "400 Bad Request" in page.text
    assert page.controls["body"].value == '{"tracking_number": '


def test_a_field_that_is_not_json_is_not_sent(visitor: Visitor) -> None:
    page = visitor.send(visitor.open(CREATE), status=400, body__custom_fields="{oops")
    assert 'custom_fields has to be JSON, such as {"basket": "b-17"}' in page.errors
    assert "Nothing was sent. custom_fields has to be JSON" in page.text
    assert "#f-body.custom_fields" in page.links
    assert len(visitor.mock.journal) == 0
    assert page.controls["body.custom_fields"].value == "{oops"
    assert page.controls["body.custom_fields"].attributes["aria-invalid"] == "true"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_that_means_another_one_is_refused(visitor: Visitor, value: str) -> None:
    page = visitor.send(visitor.open("2026-07/get-tracking-by-id"), status=400, path__id=value)
    assert page.errors
    assert len(visitor.mock.journal) == 0


NAMES = (
    "body",
    "body_from",
    "key",
    "new_key",
    "do",
    "body.tracking_number",
    "body.custom_fields",
    "body.nothing",
)


@given(form=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), st.text(max_size=20), max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_breaks_the_page(visitor: Visitor, form: dict[str, str]) -> None:
    """Whatever a browser, or somebody else, sends as the form."""
    for path in ("2026-07/create-tracking", "2024-01/get-tracking-by-id"):
        response = visitor.request("POST", f"{ROOT}/{path}", form)
        assert response.status in (200, 400), form
        assert response.headers["content-type"].startswith("text/html")


def test_only_the_code(stocked: Visitor) -> None:
    page = stocked.send(stocked.open(CREATE), do="write", body__title="x")
    assert len(stocked.mock.journal) == 0
    assert 'title="x"' in page.code["Python"]
    assert "Response" not in page.text


def test_faults_apply(stocked: Visitor) -> None:
    stocked.mock.faults.add(429, operation_id="get-trackings")
    page = stocked.try_out("2026-07/get-trackings")
    assert "429 Too Many Requests" in page.text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"drop": "after"}, "lost the connection: a client gets no response"),
        ({"drop": "during"}, "a client gets half of this body"),
        ({"delay": 30.0}, "a client waits 30.0 s. This page did not."),
    ],
)
def test_a_lost_or_late_response_is_said(stocked: Visitor, fault: dict[str, Any], words: str) -> None:
    stocked.mock.faults.add(operation="trackings.list", **fault)
    page = stocked.try_out("2026-07/get-trackings")
    assert words in page.text
    assert ("no response" in page.text) == (fault.get("drop") == "after")


def test_a_spoiled_body_is_shown_as_it_is(stocked: Visitor) -> None:
    stocked.mock.faults.add(operation="trackings.list", body="<html>gateway</html>")
    assert stocked.try_out("2026-07/get-trackings").code["The body of the response"] == "<html>gateway</html>"


def test_the_key_is_chosen_by_a_name_that_is_not_the_key(stocked: Visitor) -> None:
    page = stocked.open("2026-07/get-tracking-by-id")
    key = page.controls["key"]
    assert len(key.options) == 2
    assert KEY not in page.html
    assert "***4567" in page.html
    # The account with trackings is chosen, so their ids are offered.
    sent = stocked.send(page)
    assert stocked.mock.journal[-1].status == 200
    assert sent.controls["key"].value == key.value
    assert KEY not in sent.html


def test_a_typed_key_is_never_shown_again(stocked: Visitor) -> None:
    typed = "typed-secret-key-77"
    page = stocked.try_out("2026-07/get-trackings", new_key=f" {typed} ")
    assert stocked.mock.journal.name_of(typed) == "key-1"
    assert typed not in page.html
    assert page.controls["new_key"].value == ""
    # It is an account now, and stays the chosen one.
    stocked.send(page)
    assert [record.caller for record in stocked.mock.journal] == ["key-1", "key-1"]


def test_of_many_keys_the_first_and_the_chosen_one_are_listed(visitor: Visitor) -> None:
    for number in range(120):
        visitor.mock.seed(count=1, template={"slug": "dhl"}, key=f"key-of-many-{number:03}")
    assert len(visitor.open("2026-07/get-trackings").controls["key"].options) == 101
    page = visitor.try_out("2026-07/get-trackings", new_key="key-of-many-117")
    assert len(page.controls["key"].options) == 102
    visitor.send(page)
    assert [record.caller for record in visitor.mock.journal] == ["key-1", "key-1"]


@pytest.mark.parametrize("typed", ["a\nb", "schlüssel", "\x7f"])
def test_a_typed_key_that_no_header_holds(visitor: Visitor, typed: str) -> None:
    page = visitor.send(visitor.open(CREATE), status=400, new_key=typed)
    assert "A key is a line of ASCII" in page.text
    assert len(visitor.mock.journal) == 0


def test_a_key_that_is_gone(stocked: Visitor) -> None:
    page = stocked.open("2026-07/get-trackings")
    stocked.mock.reset()
    again = stocked.send(page, status=400)
    assert "the one that was chosen is gone" in again.text
    assert len(stocked.mock.journal) == 0


def test_a_mock_with_keys_offers_those_alone(new_visitor: Any) -> None:
    visitor = new_visitor(keys=["first-key-123456", "second-key-65432"])
    page = visitor.open("2026-07/get-trackings")
    assert len(page.controls["key"].options) == 2
    assert "new_key" not in page.controls
    visitor.send(page)
    assert visitor.mock.journal[-1].status == 200


def test_a_key_that_signs(new_visitor: Any) -> None:
    keys = {"aes-key-12345678": MockKey("aes", secret="s3cret-of-the-key")}
    visitor = new_visitor(keys=keys)
    for path in ("2026-07/get-trackings", CREATE):
        page = visitor.try_out(path)
        assert visitor.mock.journal[-1].status in (200, 201), visitor.mock.journal[-1].hint
        assert "signs by AES" in page.text
        assert "s3cret" not in page.html
    assert page.controls["body.tracking_number"].value == "ITOD-3-6436426452526"


def test_secrets_of_a_response_are_masked(visitor: Visitor) -> None:
    page = visitor.try_out(
        "2026-07/post-courier-connections", body__credentials='{"password": "hidden-word"}'
    )
    assert visitor.mock.journal[-1].status < 300
    assert "hidden-word" not in page.code["The body of the response"]


def test_an_account_without_trackings_says_how_to_get_one(visitor: Visitor) -> None:
    page = visitor.open("2026-07/get-tracking-by-id")
    assert "no tracking yet" in page.text
    assert "/_mock/explorer/2026-07/create-tracking" in page.links
    visitor.try_out(CREATE)
    assert "no tracking yet" not in visitor.open("2026-07/get-tracking-by-id").text


def test_ids_of_the_account_are_offered(stocked: Visitor) -> None:
    ids = stocked.open("2026-07/get-tracking-by-id").lists["f-path.id-values"]
    assert len(ids) == 3
    short = stocked.open("2024-01/get-tracking-by-id").lists["f-path.id-values"]
    assert {len(each) for each in short} == {24}
    assert stocked.open("2024-01/get-tracking-by-slug-tracking-number").controls["path.slug"].value == "dhl"
