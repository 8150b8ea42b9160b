"""Where every hint is made: what the mock says about a request, beside the documented response.

A hint is a record, so header, journal, terminal and body show the same one. Nothing here reads the working
state of a request: `pipeline.give_hints` does, and calls the functions of this folder.
"""
