"""From the document of a version to the source of its package: names, records, templates, comparison."""
