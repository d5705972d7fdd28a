"""What people may enter in this room."""
