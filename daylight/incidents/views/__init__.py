"""The screens and panels of the room."""
