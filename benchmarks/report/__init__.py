"""What becomes of the figures: budgets, the stored results, the table in README.md."""
