"""From files to the document of a version: reads YAML, applies overlays, composes, and walks over schemas."""
