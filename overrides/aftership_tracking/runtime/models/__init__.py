"""What is read: models, enums, times, and how JSON becomes them."""
