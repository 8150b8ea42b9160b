"""The columns that AfterShip documents for its CSV upload, and the editions of the page that name them.

The list of the newest edition is cut off after `destination_country` in what could be read, so a column that
is not here may be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "BASIC",
    "COLUMNS",
    "FULL",
    "OTHER_NAMES",
    "Column",
    "ColumnContent",
    "find_column",
    "plain_name",
]

ColumnContent = Literal["number", "courier", "text", "url", "country", "emails", "phones", "date"]
"""What the cells of a column hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One documented column."""

    name: str
    """Its name in the header of the file."""
    field: str
    """The argument of `trackings.create` in 2024-01 that means the same. Later names follow from the
    documented moves.
    """
    content: ColumnContent = "text"
    """What its cells hold."""
    editions: str = "all editions"
    """Where it was seen."""
    is_current: bool = True
    """Whether the newest edition names it, as far as that could be read."""
    example: str = ""
    """A value, for templates; empty if there is none."""


_TO_2024 = "editions up to about 2024"
_V4 = "the edition of API version 4"

COLUMNS: tuple[Column, ...] = (
    Column(
        name="tracking_number", field="tracking_number", content="number", example="9400110200881000000008"
    ),
    Column(name="courier", field="slug", content="courier", example="usps"),
    Column(name="order_id", field="order_id", example="1001"),
    Column(name="title", field="title", example="Blue shirt"),
    Column(
        name="order_path",
        field="order_id_path",
        content="url",
        example="https://www.example.com/orders/1001",
    ),
    Column(
        name="origin_country",
        field="origin_country_iso3",
        content="country",
        editions="2024 and later",
        example="USA",
    ),
    Column(name="destination_country", field="destination_country_iso3", content="country", example="DEU"),
    Column(
        name="customer_name",
        field="customer_name",
        editions=_TO_2024,
        is_current=False,
        example="Ada Example",
    ),
    Column(
        name="email",
        field="emails",
        content="emails",
        editions=_TO_2024,
        is_current=False,
        example="ada@example.com,bob@example.com",
    ),
    Column(
        name="sms",
        field="smses",
        content="phones",
        editions=f"{_TO_2024}; the support page of 2021 calls it phone",
        is_current=False,
        example="+12015550123",
    ),
    Column(
        name="phone",
        field="smses",
        content="phones",
        editions="the support page of 2021; others call it sms",
        is_current=False,
    ),
    Column(name="tracking_postal_code", field="tracking_postal_code", editions=_V4, is_current=False),
    Column(
        name="tracking_ship_date",
        field="tracking_ship_date",
        content="date",
        editions=_V4,
        is_current=False,
    ),
    Column(name="tracking_account_number", field="tracking_account_number", editions=_V4, is_current=False),
    Column(name="tracking_key", field="tracking_key", editions=_V4, is_current=False),
    Column(
        name="tracking_origin_country",
        field="tracking_origin_country",
        content="country",
        editions=_V4,
        is_current=False,
    ),
    Column(
        name="tracking_destination_country",
        field="tracking_destination_country",
        content="country",
        editions=_V4,
        is_current=False,
    ),
    Column(name="tracking_state", field="tracking_state", editions=_V4, is_current=False),
)
"""All documented columns. `tracking_number` is the only one that is required."""

_BY_NAME = {column.name: column for column in COLUMNS}

BASIC: tuple[Column, ...] = tuple(_BY_NAME[name] for name in ("tracking_number", "courier"))
"""Our choice for a short file: AfterShip has a basic template, and its columns are not documented."""
FULL: tuple[Column, ...] = tuple(column for column in COLUMNS if column.is_current)
"""The columns that the newest edition names, as far as it could be read."""


OTHER_NAMES: Mapping[str, str] = dict.fromkeys(
    ("awb", "consignment_number", "tracking", "tracking_code", "tracking_id", "tracking_no", "tracking_nr"),
    "tracking_number",
)
"""Plain names that others give a documented column, and that look more like another one."""


def find_column(name: str) -> Column | None:
    """Return the documented column of a name, as it is written there; None if there is none."""
    return _BY_NAME.get(name)


def plain_name(name: str) -> str:
    """Return a name in lower case with `_` between words: that of `Order No` is order_no."""
    return "_".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
