"""The independent, blameless post-mortem."""
