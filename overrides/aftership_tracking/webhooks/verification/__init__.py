"""Whether a delivery is from AfterShip: its signature, its age, its access token and its address. And if it
is refused, why.
"""
