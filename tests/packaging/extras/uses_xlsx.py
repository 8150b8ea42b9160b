"""`xlsx`: a workbook."""

import zipfile

from two_parcels import NUMBERS, client_of_two_parcels

from aftership_tracking import Tracking
from aftership_tracking.export import open_writer

with client_of_two_parcels() as client, open_writer("parcels.xlsx", Tracking) as writer:
    writer.write_all(client.trackings.list())
with zipfile.ZipFile("parcels.xlsx") as book:
    texts = b"".join(book.read(name) for name in book.namelist())
assert all(number.encode() in texts for number in NUMBERS)
print("done")
