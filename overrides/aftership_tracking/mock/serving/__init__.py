"""What `aftership mock` and `python -m aftership_tracking.mock` share: how a mock is put on a port."""
