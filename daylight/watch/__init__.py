"""Early warning."""
