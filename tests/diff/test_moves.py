"""Moves: read from an overlay, followed over several versions, and reported in the list of changes."""

from __future__ import annotations

from generator.diff import Move, chain_moves, read_moves


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


def test_the_way_in_between_is_not_left_over() -> None:
    assert chain_moves([[Move("T", "a", "b")], [Move("T", "b", "c")]]) == (Move("T", "a", "c"),)
