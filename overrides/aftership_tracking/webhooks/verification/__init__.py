"""Checks that a delivery is from AfterShip: signature, age, access token, address. Diagnoses refusals."""
