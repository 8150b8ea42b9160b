"""The documentation site: pages that people write, and pages made from the documents and from the package."""
