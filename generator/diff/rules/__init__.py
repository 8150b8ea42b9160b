"""What differences mean: the rules with their levels, the judge, and the version that must follow."""
