"""Moves: read from an overlay, followed over several versions, and told in the list of changes."""

from __future__ import annotations

from generator.diff import Move, chained, moves_of


def overlay(*moves: dict[str, object]) -> dict[str, object]:
    return {"actions": [{"target": "$.a", "remove": True}, {"target": "$.b", "x-move": list(moves)}]}


def test_a_rename_on_several_models_is_one_move_for_each() -> None:
    stated = {"on": ["Tracking", "TrackingCreate"], "how": "rename", "from": "zip", "to": "postal_code"}
    assert moves_of(overlay(stated)) == (
        Move("Tracking", "zip", "postal_code"),
        Move("TrackingCreate", "zip", "postal_code"),
    )


def test_what_is_gathered_goes_pair_by_pair() -> None:
    stated = {
        "on": "Tracking",
        "how": "gather",
        "from": ["name", "emails"],
        "to": ["people[].name", "people[].email"],
    }
    assert moves_of(overlay(stated)) == (
        Move("Tracking", "name", "people[].name", "gather"),
        Move("Tracking", "emails", "people[].email", "gather"),
    )


def test_one_value_can_go_to_several_places() -> None:
    stated = {"on": "Point", "how": "by-position", "from": "pair", "to": ["at.north", "at.east"]}
    assert [(move.source, move.target) for move in moves_of(overlay(stated))] == [
        ("pair", "at.north"),
        ("pair", "at.east"),
    ]


def test_what_is_dropped_or_stays_is_no_move() -> None:
    dropped = {"on": "Tracking", "how": "drop", "from": ["a", "b"]}
    emptied = {"on": "Event", "how": "null-when-empty", "from": "msg.fields", "to": "msg.fields"}
    wrapped = {"on": "Answer", "how": "unwrap", "from": "data.tracking", "to": "data"}
    assert moves_of(overlay(dropped, emptied, wrapped)) == ()


def test_an_overlay_without_moves_has_none() -> None:
    assert moves_of({"actions": [{"target": "$.a", "remove": True}]}) == ()


def test_moves_of_several_versions_are_followed_to_the_end() -> None:
    first = (Move("T", "a", "b"), Move("T", "k", "l"), Move("U", "a", "z"))
    second = (Move("T", "b", "c.d", "wrap"), Move("T", "m", "n"))
    assert chained([first, second]) == (
        Move("T", "a", "c.d", "wrap"),
        Move("T", "k", "l"),
        Move("U", "a", "z"),
        Move("T", "m", "n"),
    )


def test_the_way_in_between_is_not_left_over() -> None:
    assert chained([[Move("T", "a", "b")], [Move("T", "b", "c")]]) == (Move("T", "a", "c"),)
