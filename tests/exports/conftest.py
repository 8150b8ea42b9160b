"""`make exports` sets FOREIGN_TOOLS and installs the tools. Without them, only our side is tested."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("FOREIGN_TOOLS") else ["foreign"]
