"""Documents for other tools, each made from one composed document.

`documents.py` knows all of them, with their file names. A module for each target holds one function of the
document; `foreign_schemas.py` has what they share: schemas without keys that only this project knows.
"""
