"""What the crew may type in this room, and how it is read."""
