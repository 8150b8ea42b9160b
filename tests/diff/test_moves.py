"""Moves: read from an overlay, followed over several versions, and reported in the list of changes."""

from __future__ import annotations

import pytest

from generator.diff import Move, chain_moves, diff, read_moves
from generator.diff.comparing.moves import reverse_moves
from generator_support.documents import as_document, ref, small


def overlay(*moves: dict[str, object]) -> dict[str, object]:
    return {"actions": [{"target": "$.a", "remove": True}, {"target": "$.b", "x-move": list(moves)}]}


def test_a_rename_on_several_models_is_one_move_for_each() -> None:
    declared = {"on": ["Tracking", "TrackingCreate"], "how": "rename", "from": "zip", "to": "postal_code"}
    assert read_moves(overlay(declared)) == (
        Move("Tracking", "zip", "postal_code"),
        Move("TrackingCreate", "zip", "postal_code"),
    )


def test_what_is_gathered_goes_pair_by_pair() -> None:
    declared = {
        "on": "Tracking",
        "how": "gather",
        "from": ["name", "emails"],
        "to": ["people[].name", "people[].email"],
    }
    assert read_moves(overlay(declared)) == (
        Move("Tracking", "name", "people[].name", "gather"),
        Move("Tracking", "emails", "people[].email", "gather"),
    )


def test_one_value_can_go_to_several_paths() -> None:
    declared = {"on": "Point", "how": "by-position", "from": "pair", "to": ["at.north", "at.east"]}
    assert [(move.source, move.target) for move in read_moves(overlay(declared))] == [
        ("pair", "at.north"),
        ("pair", "at.east"),
    ]


def test_values_that_were_split_or_joined() -> None:
    split = {"on": "Tag", "how": "split-value", "from": "a", "to": ["b", "c"], "up": "b"}
    joined = {"on": "Tag", "how": "join-values", "from": ["x", "y"], "to": "z", "down": "x"}
    assert [(move.source, move.target) for move in read_moves(overlay(split, joined))] == [
        ("a", "b"),
        ("a", "c"),
        ("x", "z"),
        ("y", "z"),
    ]


def test_a_value_that_became_two_and_two_that_became_one_are_named() -> None:
    declared = overlay(
        {"on": "Tag", "how": "split-value", "from": "a", "to": ["b", "c"], "up": "b"},
        {"on": "Tag", "how": "join-values", "from": ["x", "y"], "to": "z", "down": "x"},
    )
    old, new = (
        as_document(
            small(
                Thing={"type": "object", "properties": {"tag": ref("Tag")}},
                Tag={"type": "string", "x-open-enum": dict.fromkeys(values, "It.")},
            )
        )
        for values in ("axy", "bcz")
    )
    found = diff(old, new, read_moves(declared))
    assert [(one.rule.id, one.old, one.new) for one in found] == [
        ("response-enum-value-joined", "x", "z"),
        ("response-enum-value-joined", "y", "z"),
        ("response-enum-value-split", "a", "b and c"),
    ]
    assert [one.text for one in found[1:]] == [
        "The value `y` of `Tag` was joined into `z`. `migrate()` turns `z` back into `x`.",
        "The value `a` of `Tag` was split into `b` and `c`. `migrate()` turns it into `b`.",
    ]
    back = diff(new, old, reverse_moves(read_moves(declared)))
    assert [one.text for one in back] == [
        "The value `b` of `Tag` was joined into `a`. `migrate()` turns `a` back into `b`.",
        "The value `c` of `Tag` was joined into `a`. `migrate()` turns `a` back into `b`.",
        "The value `z` of `Tag` was split into `x` and `y`. `migrate()` turns it into `x`.",
    ]


def test_a_value_that_became_one_that_was_there_is_joined_too() -> None:
    declared = overlay({"on": "Tag", "how": "merge", "from": "a", "to": "b"})
    old, new = (
        as_document(
            small(
                Thing={"type": "object", "properties": {"tag": ref("Tag")}},
                Tag={"type": "string", "x-open-enum": dict.fromkeys(values, "It.")},
            )
        )
        for values in ("ab", "b")
    )
    [found] = diff(old, new, read_moves(declared))
    assert found.text == "The value `a` of `Tag` was joined into `b`."


def test_a_conversion_that_the_comparison_does_not_know_is_not_forgotten() -> None:
    declared = {"on": "Tag", "how": "fold", "from": "a", "to": "b"}
    with pytest.raises(ValueError, match="does not know the conversion fold"):
        read_moves(overlay(declared))


def test_what_is_dropped_or_stays_is_not_a_move() -> None:
    dropped = {"on": "Tracking", "how": "drop", "from": ["a", "b"]}
    emptied = {"on": "Event", "how": "null-when-empty", "from": "msg.fields", "to": "msg.fields"}
    wrapped = {"on": "Response", "how": "unwrap", "from": "data.tracking", "to": "data"}
    assert read_moves(overlay(dropped, emptied, wrapped)) == ()


def test_an_overlay_without_moves_has_none() -> None:
    assert read_moves({"actions": [{"target": "$.a", "remove": True}]}) == ()


def test_moves_of_several_versions_are_followed_to_the_end() -> None:
    first = (Move("T", "a", "b"), Move("T", "k", "l"), Move("U", "a", "z"))
    second = (Move("T", "b", "c.d", "wrap"), Move("T", "m", "n"))
    assert chain_moves([first, second]) == (
        Move("T", "a", "c.d", "wrap"),
        Move("T", "k", "l"),
        Move("U", "a", "z"),
        Move("T", "m", "n"),
    )


def test_a_value_that_was_renamed_and_then_split_became_all_of_them() -> None:
    split = [Move("T", "b", target, "split-value", "c") for target in ("c", "d")]
    assert chain_moves([[Move("T", "a", "b")], split]) == (
        Move("T", "a", "c", "split-value", "c"),
        Move("T", "a", "d", "split-value", "c"),
    )


def test_what_was_chosen_is_named_as_in_its_own_version() -> None:
    split = [Move("T", "a", target, "split-value", "b") for target in ("b", "c")]
    assert chain_moves([split, [Move("T", "b", "x")]]) == (
        Move("T", "a", "x", "split-value", "x"),
        Move("T", "a", "c", "split-value", "x"),
    )
    joined = [Move("T", source, "z", "join-values", "x") for source in ("x", "y")]
    assert chain_moves([[Move("T", "w", "x")], joined]) == (
        Move("T", "w", "z", "join-values", "w"),
        Move("T", "y", "z", "join-values", "w"),
    )


def test_the_way_in_between_is_not_left_over() -> None:
    assert chain_moves([[Move("T", "a", "b")], [Move("T", "b", "c")]]) == (Move("T", "a", "c"),)
