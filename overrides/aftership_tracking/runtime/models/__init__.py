"""The values of the API: models, enums, times, and how they are read from JSON and written as JSON."""
