"""The tools that explain: who carries a number, and what a status or an error code means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from aftership_tracking import documents
from aftership_tracking.couriers import Directory
from aftership_tracking.mcp_server.failures import ToolRefusedError
from aftership_tracking.mcp_server.parcels import ParcelReader
from aftership_tracking.mcp_server.records import MOST_CARRIERS, Carrier, Carriers, Meaning, Source
from aftership_tracking.mcp_server.untrusted import wrap

__all__ = ["KnowledgeTools"]

_SCHEMAS: dict[str, Literal["status", "detailed status"]] = {
    "DeliveryStatus": "status",
    "DeliverySubStatus": "detailed status",
}
_DIGITS: dict[bool | None, Literal["right", "wrong", "unknown"]] = {
    True: "right",
    False: "wrong",
    None: "unknown",
}


class KnowledgeTools:
    """The tools, over one client and the list of known couriers."""

    def __init__(
        self, client: Any, directory: Directory, reader: ParcelReader, *, source: Source, version: str
    ) -> None:
        self._client = client
        self._directory = directory
        self._reader = reader
        self._source: Source = source
        self._version = version

    async def find_couriers(
        self,
        tracking_number: Annotated[str, Field(min_length=4, max_length=100)],
        call_api: Annotated[
            bool, Field(description="False: only the hints of this machine, and no call.")
        ] = True,
    ) -> Carriers:
        """Find out who may carry a tracking number. `detected` is the response of the API; `hints` are only
        what public lists say about the look of numbers, and may be wrong.
        """
        detected: list[Carrier] = []
        if call_api:
            for courier in await self._client.couriers.detect(tracking_number=tracking_number):
                slug = self._reader.courier(courier.slug)
                if slug is not None:
                    known = self._directory.get(courier.slug)
                    name = wrap(courier.name) if known is None else known.name
                    detected.append(Carrier(courier=slug, name=name))
        hints = [
            Carrier(
                courier=match.slug,
                name=None if (known := self._directory.get(match.slug)) is None else known.name,
                check_digit=_DIGITS[match.check_digit],
            )
            for match in self._directory.fits(tracking_number)
        ]
        left_out = sum(max(0, len(each) - MOST_CARRIERS) for each in (detected, hints))
        return Carriers(
            source=self._source,
            detected=detected[:MOST_CARRIERS],
            called_api=call_api,
            hints=hints[:MOST_CARRIERS],
            left_out=left_out,
        )

    async def explain(
        self,
        subject: Annotated[
            str,
            Field(
                min_length=1,
                max_length=80,
                description="A status (InTransit), a detailed one (Exception_004), or an error code (4004).",
            ),
        ],
    ) -> Meaning:
        """Explain a status or an error code, as the documentation says. Nothing is sent."""
        subject = subject.strip()
        if subject.isascii() and subject.isdecimal():
            return self._explain_code(int(subject))
        document = documents.document(self._version)
        wanted = subject.lower().replace(" ", "")
        for name, kind in _SCHEMAS.items():
            for value, meaning in document["components"]["schemas"][name]["x-open-enum"].items():
                if value.lower() == wanted:
                    confidence = document["components"]["schemas"][name].get("x-provenance")
                    return Meaning(
                        source=self._source, subject=value, kind=kind, meaning=meaning, confidence=confidence
                    )
        known = ", ".join(document["components"]["schemas"]["DeliveryStatus"]["x-open-enum"])
        raise ToolRefusedError("No document has this status.", f"The statuses are: {known}.", "not_found")

    def _explain_code(self, code: int) -> Meaning:
        found = documents.error_code(self._version, code)
        if found is None:
            codes = ", ".join(sorted(documents.document(self._version)["x-errors"], key=int))
            raise ToolRefusedError(
                "No document has this error code.", f"The codes are: {codes}.", "not_found"
            )
        return Meaning(
            source=self._source,
            subject=str(code),
            kind="error code",
            meaning=found["meaning"],
            hint=found["hint"],
            http_status=found["status"],
            error_type=found["type"],
            confidence=found.get("x-provenance"),
        )
