"""Settings of one call, and the types of settings: for functions that take them and pass them on.

`DEFAULT` means "as the client is configured"; None often means "no limit".
"""

from __future__ import annotations

from aftership_tracking.runtime.options import DEFAULT, CallOptions, Default, Options, Timeout, TimeoutInput

__all__ = ["DEFAULT", "CallOptions", "Default", "Options", "Timeout", "TimeoutInput"]
