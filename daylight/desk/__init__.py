"""What the crew sees."""
