"""Shared by the tests of the migration: values made up from schemas, and paths of fields in versions."""
