"""The file that the servers of these tests have."""

from __future__ import annotations

CONTENT = b"tracking_number,courier\r\n1Z999,ups\r\n"

OTHER = b"tracking_number,courier\r\n1Z998,ups\r\n"

LIMIT = 5 * 1024 * 1024
