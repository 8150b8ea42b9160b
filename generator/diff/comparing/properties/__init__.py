"""Single properties: new ones, those whose value moved, and those that only responses lost."""
