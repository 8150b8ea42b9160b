"""What tests need to see code as an editor shows it: pyright's language server, and a copy of the package."""
