"""Files that people write for a mock, whose mistakes are said with line and column."""
