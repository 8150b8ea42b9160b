"""Reads pages of the REST reference back, and documents without any reader of the generator."""
