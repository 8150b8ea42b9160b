"""Tests of an integration against the mock, in two languages. Run `python -m examples.contract_tests`."""
