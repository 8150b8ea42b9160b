"""The known couriers, without a call: by slug, by another name, or by what somebody typed.

    directory = couriers.load()
    directory.search("dhl paket")[0].slug
    directory.get("gls-spain").required_fields

What is here are hints with a date. They come from public lists of 2020 and 2024, so they refuse nothing, and
the list of your account wins: `sync` stores it in a file, and `load` uses it from then on.
"""

from __future__ import annotations

from aftership_tracking.couriers.directory import Directory, load
from aftership_tracking.couriers.live_file import default_file
from aftership_tracking.couriers.live_list import ClientWithCouriers, sync
from aftership_tracking.couriers.number_formats import FormatMatch, NumberFormat
from aftership_tracking.couriers.records import Courier, FieldsHint, SlugGroup, Source

__all__ = [
    "ClientWithCouriers",
    "Courier",
    "Directory",
    "FieldsHint",
    "FormatMatch",
    "NumberFormat",
    "SlugGroup",
    "Source",
    "default_file",
    "load",
    "sync",
]
