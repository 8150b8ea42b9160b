"""The rules, one module per subject. `generator/lint/__init__.py` imports them all."""
