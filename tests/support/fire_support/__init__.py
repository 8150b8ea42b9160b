"""A mock under fire: broken and odd requests over real connections, judged by the documents.

`shots` makes a request up from a seed and a number, so that each can be made again. `target` runs the mock as
a process. `gunner` sends and reads. `judge` compares the responses with the documents, by its own code.
"""
