"""What the values of the enums of API version 2031-05 mean. Imported when a meaning is requested."""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, Mapping[str | int, str]] = {
    "Status": {
        "OnItsWay": "It moves.",
        "At end": "It arrived.",
        "1.x": "Nobody knows.",
        "#": "A sign without letters.",
    },
    "Certainty": {
        10: "Guessed.",
        20: "Known.",
    },
    "Unit": {
        "m": "Metre.",
        "ft": "Foot.",
    },
    "ParcelField": {
        "status": "Where it is.",
        "size": "How big.",
    },
}
LEVELS: Mapping[str, Mapping[str | int, str]] = {
    "Certainty": {
        10: "low",
        20: "high",
    },
}
