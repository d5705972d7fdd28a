"""What the crew sees of this room."""
