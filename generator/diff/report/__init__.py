"""How a list of changes is printed: as text, Markdown and JSON, as changelog entry and as migration guide."""
