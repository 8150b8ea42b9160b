"""`parquet`: a file, and batches of Arrow."""

from two_parcels import NUMBERS, client_of_two_parcels

from aftership_tracking import Tracking
from aftership_tracking.export import open_writer, to_arrow

with client_of_two_parcels() as client, open_writer("parcels.parquet", Tracking) as writer:
    writer.write_all(client.trackings.list())

import pyarrow.parquet

assert pyarrow.parquet.read_table("parcels.parquet")["tracking_number"].to_pylist() == NUMBERS
with client_of_two_parcels() as client:
    assert to_arrow(client.trackings.list(), Tracking).read_all().num_rows == 2
print("done")
