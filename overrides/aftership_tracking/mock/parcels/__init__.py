"""What a parcel is, how it moves, and how a version shows it.

A parcel (`parcel`) is what callers said about it (`details`) and the plan of its life (`journey`). Numbers of
the testing courier (`testing_courier`) script that life. `tracking` writes the parcel as the Tracking of a
version.
"""
