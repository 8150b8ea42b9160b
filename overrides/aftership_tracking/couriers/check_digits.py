"""Check digits of tracking numbers. The last character checks those before it, unless the rule is S10."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import cycle
from typing import Any

__all__ = ["fits_check"]

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Rule = Mapping[str, Any]


def fits_check(number: str, rule: Rule) -> bool | None:
    """Return whether the check digit of a number is right. None: the rule does not hold for its length.

    Args:
        number: The number in capital letters, of the form that the rule belongs to.
        rule: `check` of the data file `detection`.
    """
    if len(number) != rule.get("length", len(number)):
        return None
    body, check = number[rule.get("skip", 0) : -1], number[-1]
    if rule["rule"] == "s10":
        body, check = number[2:10], number[10]
    if "letter-as" in rule:
        body = rule["letter-as"][body[0]] + body[1:]
    return _RULES[rule["rule"]](body, rule) == check


def _mod10(body: str, rule: Rule) -> str:
    factors = cycle((rule["even"], rule["odd"]))
    total = sum(_digit(character) * factor for character, factor in zip(body, factors, strict=False))
    return str(-total % 10)


def _digit(character: str) -> int:
    return int(character) if character.isdigit() else (ord(character) - 3) % 10


def _mod7(body: str, _rule: Rule) -> str:
    return str(int(body) % 7)


def _weighted(body: str, rule: Rule) -> int:
    weights: Iterable[int] = cycle(rule["weights"])
    return sum(int(character) * weight for character, weight in zip(body, weights, strict=False)) % 11


def _weighted_11_10(body: str, rule: Rule) -> str:
    return str(_weighted(body, rule) % 10)


def _s10(body: str, rule: Rule) -> str:
    found = 11 - _weighted(body, rule)
    return {10: "0", 11: "5"}.get(found, str(found))


def _luhn(body: str, _rule: Rule) -> str:
    total = 0
    for position, character in enumerate(reversed(body)):
        digit = int(character) * (2 - position % 2)
        total += digit // 10 + digit % 10
    return str(-total % 10)


def _iso7064_mod37_36(body: str, _rule: Rule) -> str:
    product = 36
    for character in body:
        total = (product + _CHARACTERS.index(character)) % 36 or 36
        product = total * 2 % 37
    return _CHARACTERS[(37 - product) % 36]


_RULES: Mapping[str, Callable[[str, Rule], str]] = {
    "mod10": _mod10,
    "mod7": _mod7,
    "weighted-11-10": _weighted_11_10,
    "s10": _s10,
    "luhn": _luhn,
    "iso7064-mod37-36": _iso7064_mod37_36,
}
