"""All rules by id. A comparison names a rule; the rule knows its level and its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from generator.diff.change import Rule
from generator.diff.rules import operation_rules as rules_of_operations
from generator.diff.rules import value_rules as rules_of_values


def _by_id(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise ValueError(f"two rules have the id {rule.id}")
        found[rule.id] = rule
    return MappingProxyType(found)


RULES = _by_id((*rules_of_operations.RULES, *rules_of_values.rules()))
