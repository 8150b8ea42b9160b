"""Where the tokens of merchants are stored, so that one process at a time renews those of a merchant.

`protocol` is the interface; `memory` is for one process, `sqlite` for those of one machine, `redis` for those
of several.
"""
