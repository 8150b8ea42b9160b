"""From files to Document(VERSION): reading YAML, applying overlays, composing, and walking schemas."""
