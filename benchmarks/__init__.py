"""Figures of the client, as ratios beside peers in one run: `make bench`. No test asserts a time."""
