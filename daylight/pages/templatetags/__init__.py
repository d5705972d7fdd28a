"""Tags that only the public page uses."""
