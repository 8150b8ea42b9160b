"""What a draft may conclude from a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the other document is meant."""

    complete: bool = False
    """What the document does not describe is gone. Otherwise it is reported, and stays."""
    provenance: str = "inferred"
    """The mark of what is new: documented, sdk, observed or inferred."""
