"""Text messages to mobile phones."""
