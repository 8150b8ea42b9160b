"""`redis`: a limit for a fleet, on the server that the first argument names."""

import sys

from two_parcels import NUMBERS, client_of_two_parcels

from aftership_tracking.limits import RedisLimiter

limiter = RedisLimiter(sys.argv[1], on_failure="raise")
with client_of_two_parcels(limiter=limiter) as client:
    assert [one.tracking_number for one in client.trackings.list()] == NUMBERS
limiter.close()
print("done")
