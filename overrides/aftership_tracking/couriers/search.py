"""Finds couriers by what people type: words of the slug or of a name, begun, or almost right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import log

from aftership_tracking.couriers.records import Courier

__all__ = ["SearchIndex", "compact"]

_WORD = re.compile(r"\w+")
_LEAST_SHARE = 1 / 3
"""The share of the words' weight that must be found."""
_LEAST_OF_BEST = 0.5
"""The share of the best result's score that others need."""
_FIRST_WORD = 1.5
"""How much more the first word counts: people write the company first."""
_UNKNOWN_WORD = 0.5
"""The weight of a word that nothing is similar to."""
_BEGUN = 0.8
"""What a word counts that only begins with a given one."""
_ALMOST = 0.7
"""What a word counts that is almost a given one."""
_CUTOFF = 0.75
"""The similarity of `difflib` from which two words are almost the same."""


class SearchIndex:
    """The words of all couriers. It is made once, on the first search."""

    def __init__(self, couriers: Iterable[Courier]) -> None:
        self._couriers = list(couriers)
        self._names: dict[str, list[int]] = {}
        self._words: dict[str, set[int]] = {}
        for position, courier in enumerate(self._couriers):
            for name in (courier.slug, courier.name, *courier.aliases):
                self._names.setdefault(compact(name), []).append(position)
                for word in split(name):
                    self._words.setdefault(word, set()).add(position)

    def find(self, text: str, limit: int) -> list[Courier]:
        """Return the couriers that fit, the best one first; equally good ones in the order of the list."""
        words = dict.fromkeys(split(text))
        if not words:
            return []
        scores: dict[int, float] = {}
        total = 0.0
        for number, word in enumerate(words):
            found = self._find_word(word)
            weight = self._weigh(found) * (1.0 if number else _FIRST_WORD)
            total += weight
            for position, value in found.items():
                scores[position] = scores.get(position, 0.0) + weight * value
        # Those that are called so, however the words are separated.
        scores |= dict.fromkeys(self._names.get(compact(text), ()), 2 * total)
        least = max(_LEAST_SHARE * total, _LEAST_OF_BEST * max(scores.values(), default=0.0))
        good = [position for position, score in scores.items() if round(score - least, 6) >= 0]
        good.sort(key=lambda each: (-round(scores[each], 6), self._surplus(each, words), each))
        return [self._couriers[position] for position in good[:limit]]

    def _weigh(self, found: Mapping[int, float]) -> float:
        """The weight of a word: a rare one says a little more than a frequent one."""
        return 1 + log(len(self._couriers) / len(found)) / 10 if found else _UNKNOWN_WORD

    def _find_word(self, word: str) -> dict[int, float]:
        """The couriers that have a word, and how well."""
        found: dict[int, float] = {}
        similar = () if word in self._words else get_close_matches(word, self._words, n=8, cutoff=_CUTOFF)
        for each in similar:
            found |= dict.fromkeys(self._words[each], _ALMOST)
        # Chinese and Japanese names have no spaces: there a part is as good as a beginning.
        is_latin = word.isascii()
        for known, positions in self._words.items():
            if (known.startswith(word) and len(word) > 1) or (not is_latin and word in known):
                found |= dict.fromkeys(positions, _BEGUN)
        return found | dict.fromkeys(self._words.get(word, ()), 1.0)

    def _surplus(self, position: int, words: Mapping[str, None]) -> int:
        """How many words the closest name of a courier has besides those that were given."""
        courier = self._couriers[position]
        names = (courier.slug, courier.name, *courier.aliases)
        return min(len(set(split(name)) - set(words)) for name in names)


def compact(text: str) -> str:
    """A name without spaces, accents, signs and case."""
    return "".join(split(text))


def split(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return _WORD.findall("".join(each for each in plain if not unicodedata.combining(each)).replace("_", " "))
