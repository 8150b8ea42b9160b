"""Figures of the client, as ratios beside peers in one run. `make bench` prints them; no test asserts a time."""
