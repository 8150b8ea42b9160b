"""`aftership webhook addresses`: where deliveries come from, for firewalls and proxies."""

from __future__ import annotations

from typing import Annotated

import typer

from aftership_tracking.cli.output import remark, write, write_json
from aftership_tracking.cli.webhook.inputs import Json


def addresses(
    nginx: Annotated[
        bool, typer.Option("--nginx", help="Print allow and deny lines for a location of nginx.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the addresses from which AfterShip sends webhooks, one per line.

    Where the list comes from is printed with it. The list can change: compare it with AfterShip's own page.
    A check of addresses comes on top of the signature, never instead of it.
    """
    # Imported lazily: only this command needs it.
    from aftership_tracking.webhooks.verification.addresses import OUTGOING_ADDRESSES, PROVENANCE

    if nginx and json:
        raise typer.BadParameter("give one of --nginx and --json", param_hint="addresses")
    if json:
        write_json({"addresses": OUTGOING_ADDRESSES, **PROVENANCE._asdict()})
        return
    about = [f"Confidence: {PROVENANCE.mark}. {PROVENANCE.caution}", *PROVENANCE.sources]
    if nginx:
        for line in about:
            write(f"# {line}")
        for address in OUTGOING_ADDRESSES:
            write(f"allow {address};")
        write("deny all;")
        return
    for line in about:
        remark(line)
    for address in OUTGOING_ADDRESSES:
        write(address)
