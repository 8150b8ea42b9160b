"""Documents as other people would write them, and what a draft made of them is compared with."""
