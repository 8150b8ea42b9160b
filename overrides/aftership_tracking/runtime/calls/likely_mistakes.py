"""Finds arguments that are almost a value that the API knows: `pending` for `Pending`, `US` for `USA`. And
those outside of their documented limits (`limit=1000`), deprecated ones, and calls of deprecated operations.

Lists of values are open, and limits may have changed, so such an argument is sent all the same. But the
service often returns an empty list for it, or an error about something else, so the caller is warned before.

This module is imported when a call sends a value of a list.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextvars import ContextVar
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aftership_tracking.errors import ApiDeprecationWarning, LikelyMistakeWarning
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.calls.documented_limits import find_broken_limit
from aftership_tracking.runtime.calls.version_warnings import level_of_the_caller
from aftership_tracking.runtime.lazy_imports import load
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Documented, find_argument

if TYPE_CHECKING:
    from aftership_tracking.runtime.operation import Operation

__all__ = [
    "COLLECTED",
    "COUNTRY",
    "Collected",
    "find_country_mistake",
    "find_mistake",
    "known_values",
    "report_mistakes",
    "warn_once",
]

COUNTRY = "alpha-3"
"""Stands for the list of countries in the parameters of an operation."""


class Collected:
    """What is found about a call that is explained instead of sent."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        """A sentence for each mistake."""
        self.deprecated: list[str] = []
        """A sentence for each deprecated thing that the call uses."""
        self.documented: dict[str, str] = {}
        """The documented limits and defaults of arguments, by name."""


COLLECTED: ContextVar[Collected | None] = ContextVar("aftership_collected", default=None)
"""Where the sentences go; None: they become warnings."""


def find_mistake(name: str, value: object, known: Collection[str]) -> str | None:
    """Return a sentence if `value` is almost one of `known` values, such as `tag='pending': did you mean
    'Pending'?`. None if it is one of them, is nothing like them, or is not a string.

    `name` is the argument. A value with commas counts as several. Almost means: other case or separators, or
    one wrong letter (two in words of eight and more). A number inside never counts as a wrong letter.
    """
    if not isinstance(value, str):
        # A member of an enum of the program's own.
        value = value.value if isinstance(value, Enum) else value
    if not isinstance(value, str) or value in known:
        return None
    if "," in value:
        found = (find_mistake(name, part.strip(), known) for part in value.split(","))
        return next(filter(None, found), None)
    similar = _similar(value, known)
    if not similar:
        return None
    return f"{name}={_show(value)}: did you mean {' or '.join(repr(str(one)) for one in similar)}?"


def find_country_mistake(name: str, value: object) -> str | None:
    """Return a sentence if `value` is not a country in three upper-case letters (ISO 3166-1 alpha-3), such as
    `origin='US': did you mean 'USA'?`. None for three such letters, known or not, and if it is not a string.
    """
    if not isinstance(value, str) or not value or _is_alpha_3(value):
        return None
    if "," in value:
        found = (find_country_mistake(name, part.strip()) for part in value.split(","))
        return next(filter(None, found), None)
    plain = value.strip().upper()
    country = _alpha_3().get(plain) or (plain if _is_alpha_3(plain) else None)
    if country is not None:
        return f"{name}={_show(value)}: did you mean {country!r}?"
    # The value is not shown: it may be an address.
    return f"{name}: a country is written as three letters (ISO 3166-1 alpha-3), such as 'USA'"


def report_mistakes(
    operation: Operation[Any],
    models: str,
    query: Mapping[str, object] | None,
    body: Mapping[str, object] | None,
) -> None:
    """Warn of a deprecated operation, and of the arguments of a call that are almost a known value, outside
    of their limits or deprecated. `models` names the module with the models of its API version.
    """
    if operation.deprecated:
        warn_once(operation.id, f"{operation.id}: {operation.deprecated}", ApiDeprecationWarning)
    groups = (
        (query, operation.query_values, operation.query_names),
        (body, operation.body_values, operation.body_names),
    )
    collected = COLLECTED.get()
    for arguments, declared, names in groups:
        if not operation.renamed:
            locations = _locations(models, declared)
        else:
            locations = _renamed_locations(operation, names, _locations(models, declared))
        if arguments:
            _report(operation.id, locations, arguments)
        if collected is not None:
            for path, _, _, known in locations:
                if isinstance(known, Documented) and known.text:
                    collected.documented[path] = known.text


class _Location(NamedTuple):
    path: str
    """For people: it begins with the name of the argument."""
    argument: str
    inner: tuple[str, ...]
    known: tuple[str, str] | Documented | None
    """The module with the models, and the name of the enum; what is documented; None for countries."""


@cache
def _locations(models: str, declared: tuple[tuple[str, str | Documented], ...]) -> tuple[_Location, ...]:
    found = []
    for path, known in declared:
        argument, *inner = path.split(".")
        values = (models, known) if isinstance(known, str) else known
        found.append(_Location(path, argument, tuple(inner), None if known == COUNTRY else values))
    return tuple(found)


def _renamed_locations(
    operation: Operation[Any], names: tuple[str, ...] | None, locations: tuple[_Location, ...]
) -> tuple[_Location, ...]:
    """The locations with the names that callers write, where they are not those on the wire."""
    return tuple(
        one._replace(path=".".join((find_argument(operation, names, one.argument), *one.inner)))
        for one in locations
    )


def _report(operation: str, locations: tuple[_Location, ...], arguments: Mapping[str, object]) -> None:
    reported: set[str] = set()
    for path, argument, inner, known in locations:
        given = arguments.get(argument)
        # Most arguments are left out.
        if given is None or given is UNSET:
            continue
        if isinstance(known, Documented):
            # The same mistake is not said twice: `us` is not a country, and breaks its pattern.
            if path not in reported:
                _report_documented(f"{operation} {path}", path, inner, known, given)
            continue
        for value in (given,) if type(given) is str and not inner else _values_at(given, inner):
            if known is None:
                sentence = find_country_mistake(path, value)
            else:
                sentence = find_mistake(path, value, known_values(*known)) or _find_gone_value(
                    path, value, *known
                )
            if sentence is not None:
                warn_once(f"{operation} {path}", sentence)
                reported.add(path)


def _report_documented(
    where: str, path: str, inner: tuple[str, ...], documented: Documented, given: object
) -> None:
    for value in _values_at(given, inner, whole=True) if inner else (given,):
        if value is None or value is UNSET:
            continue
        if documented.deprecated:
            warn_once(where, f"{path}: {documented.deprecated}", ApiDeprecationWarning)
        sentence = find_broken_limit(path, value, documented)
        if sentence is not None:
            warn_once(where, sentence)


def warn_once(where: str, sentence: str, category: type[Warning] = LikelyMistakeWarning) -> None:
    """Warn, unless the same was said about the same argument before. `where` names the argument and its
    operation.
    """
    collected = COLLECTED.get()
    if collected is not None:
        (collected.deprecated if category is ApiDeprecationWarning else collected.mistakes).append(sentence)
    elif (where, sentence) not in _SAID:
        warnings.warn(sentence, category, stacklevel=level_of_the_caller())
        # Only now, so that a filter that makes errors of warnings does so every time.
        if len(_SAID) >= _MOST_SAID:
            _SAID.clear()
        _SAID.add((where, sentence))


_MOST_SAID = 1000
_SAID: set[tuple[str, str]] = set()


def _values_at(value: object, path: tuple[str, ...], *, whole: bool = False) -> Iterator[object]:
    """Yield the values at a path of an argument: through lists, dicts and models. Iterators are left alone,
    because they can be read only once. `whole`: a list at the end of the path is one value.
    """
    if whole and not path:
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _values_at(item, path, whole=whole)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _values_at(value.get(path[0]), path[1:], whole=whole)
    elif not isinstance(value, str):
        yield from _values_at(getattr(value, path[0], None), path[1:], whole=whole)


@cache
def known_values(models: str, name: str) -> Collection[str]:
    """Return the known values of an enum, given the module with the models of its version."""
    package = models.rpartition(".")[0]
    known: Collection[str] = getattr(load(f"{package}.enums"), name)._value2member_map_
    return known


def _find_gone_value(name: str, value: object, models: str, enum: str) -> str | None:
    """Return a sentence if only an older version knows a value of an enum, under this name of the enum."""
    if not isinstance(value, str) or value in known_values(models, enum):
        return None
    older = [version for version in registry.versions() if registry.models(version) < models]
    for version in reversed(older):
        try:
            known = known_values(registry.models(version), enum)
        except AttributeError:  # the version has no such enum
            continue
        if value in known:
            newer = next(one for one in registry.versions() if registry.models(one) == models)
            return (
                f"{name}={_show(value)}: a value of {version} that {newer} does not have;"
                f" `aftership guide {version} {newer}` says what became of it"
            )
    return None


def _similar(value: str, known: Iterable[str]) -> list[str]:
    """Return the known values that are nearest to one, if they are near enough; at most three."""
    folded = _fold(value)
    if not folded:
        return []
    found: dict[int, list[str]] = {}
    for one in known:
        other = _fold(one)
        if other == folded:
            return [one]
        limit = 0 if len(folded) < 4 else 1 if len(folded) < 8 else 2
        if abs(len(folded) - len(other)) <= limit and _digits(folded) == _digits(other):
            distance = _distance(folded, other)
            if distance <= limit:
                found.setdefault(distance, []).append(one)
    return found[min(found)][:3] if found else []


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _distance(one: str, other: str) -> int:
    """Return how many letters to add, remove, change, or swap with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                best = min(best, two_before[j - 2] + 1)
            row.append(best)
    return row[-1]


def _show(value: str) -> str:
    plain = str.__str__(value)
    return ascii(plain if len(plain) <= 40 else f"{plain[:40]}...")


def _is_alpha_3(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()


@cache
def _alpha_3() -> dict[str, str]:
    return {pair[:2]: pair[2:] for pair in _COUNTRIES.split()}


# ISO 3166-1: two letters, and the three letters of the same country.
_COUNTRIES = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
    "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
    "BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN "
    "COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST "
    "EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF "
    "GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD "
    "HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA "
    "LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD "
    "MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM "
    "NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG "
    "PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD "
    "STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR "
    "VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE "
)
