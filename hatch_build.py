"""What the build computes from one setting, the address of the repository: project URLs, and a description
whose links work in the package index. `generator/release/` has the rules.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class AddressHook(MetadataHookInterface):
    """Fills in `readme` and `urls`, which are dynamic in pyproject.toml."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Without an address the links stay relative. Raises `RefusedError` for what is not an address."""
        sys.path.insert(0, self.root)
        try:
            from generator.release.long_description import with_absolute_links
            from generator.release.project_address import SETTING, project_urls, read_address
        finally:
            sys.path.remove(self.root)
        root, version = Path(self.root), metadata["version"]
        address = read_address(root)
        text = (root / "README.md").read_text("utf-8")
        if address:
            text = with_absolute_links(text, address, version)
        else:
            sys.stderr.write(f"Note: {SETTING} is empty, so the links of the description stay relative.\n")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = project_urls(address, version)
