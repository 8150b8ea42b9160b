"""`otel`: the hook of spans, with the API of OpenTelemetry alone."""

from aftership_tracking.otel import TracingHook  # isort: skip
from two_parcels import NUMBERS, client_of_two_parcels

with client_of_two_parcels(hooks=[TracingHook()]) as client:
    assert [one.tracking_number for one in client.trackings.list()] == NUMBERS
print("done")
