"""`dlt`: the source, read without a destination."""

from two_parcels import NUMBERS, client_of_two_parcels

from aftership_tracking.dlt import aftership_source

with client_of_two_parcels() as client:
    tables = list(aftership_source(client).with_resources("trackings"))
assert [table["tracking_number"].to_pylist() for table in tables] == [NUMBERS]
print("done")
