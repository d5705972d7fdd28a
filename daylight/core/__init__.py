"""Tools every room stands on; no domain word in it."""
