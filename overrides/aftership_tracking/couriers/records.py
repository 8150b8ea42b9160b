"""What is known of couriers, as records. Every fact says where it was seen, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Courier", "FieldsHint", "SlugGroup", "Source"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A list of couriers that facts come from."""

    seen: str
    """When the list was seen: a day, `before` and a day, or the time of a `sync`, as ISO 8601."""
    confidence: str
    """How sure its facts are: `recorded` (a recorded response of the API), `third-party` (a public copy by
    somebody else), `official plugin` (a list that AfterShip bundled with its plugin for shops), or `live`
    (the response that your account got).
    """
    what: str
    """The list in words; of a live one the address of the service."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldsHint:
    """Which additional fields one list names for a courier. Couriers change this: it is a hint with a
    date.
    """

    required: tuple[str, ...] | None
    """Fields that a tracking of this courier must have. None: not documented."""
    optional: tuple[str, ...] | None
    """Fields that only some numbers need. None: not documented."""
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Courier:
    """A courier. None means that nothing is known; an empty value that a list says so.

    A courier that only the list of 2024 has is known by slug, name, other name and required fields. Phones
    and addresses of the lists of 2020 are old: do not send people there.
    """

    slug: str
    """What calls take, such as `dhl-germany`."""
    name: str
    """Its name in the newest of the lists that have it: the live one, or that of 2024."""
    aliases: tuple[str, ...] = ()
    """Its other names: those that the lists give, and its name of 2020 if that was another."""
    phone: str | None = None
    """Phone numbers as free text, from the list that `source` names."""
    web_url: str | None = None
    """Its page, from the list that `source` names."""
    default_language: str | None = None
    """The language of its texts, from the list that `source` names."""
    support_languages: tuple[str, ...] | None = None
    """Languages that it offers, from the list that `source` names. The codes are not uniform."""
    countries: tuple[str, ...] | None = None
    """Countries that it sends from, ISO 3166-1 alpha-3, from the list that `source` names. Empty can mean
    many.
    """
    hints: tuple[FieldsHint, ...] = field(default=(), repr=False)
    """What each list says about additional fields, the newest list first."""
    groups: tuple[str, ...] = ()
    """The slug groups that it is a member of; `Directory.groups` says how sure that is."""
    is_live: bool | None = None
    """Whether the live list has it. None: there is no live list."""
    active: bool | None = None
    """Whether your account has activated it, as the live list says. None: it does not say so."""
    source: Source
    """The list that all but name, aliases, hints and groups come from."""

    @property
    def required_fields(self) -> tuple[str, ...] | None:
        """The required fields of the newest list that names some or says that there are none. None: not
        documented.
        """
        return next((hint.required for hint in self.hints if hint.required is not None), None)

    @property
    def optional_fields(self) -> tuple[str, ...] | None:
        """The optional fields of the newest list that says something about them. None: not documented."""
        return next((hint.optional for hint in self.hints if hint.optional is not None), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlugGroup:
    """A family of couriers, as calls take it as `slug_group`."""

    name: str
    """What calls take as `slug_group`."""
    members: tuple[str, ...]
    """The slugs of its couriers."""
    confidence: str
    """How sure the members are: `documented` (the documentation lists them) or `inferred` (only the group is
    certain, the members are our reading).
    """
    note: str | None = None
    """What else is known, such as that the documented list is cut off."""
