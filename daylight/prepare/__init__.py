"""Crisis plans kept fresh."""
