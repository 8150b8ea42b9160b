"""Shared by the tests of signatures: an independent implementation of the rules, and a server that records
bytes.
"""
