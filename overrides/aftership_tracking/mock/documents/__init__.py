"""What the documents of the API declare: versions, operations, schemas, and how a value changes with them.

Start with `served_versions`. It loads a version as an `api`, which has the operations of its document.
"""
