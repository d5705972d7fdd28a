"""Web push: a browser that asked to be told."""
