"""Where else a page stands: one module for each kind of place."""
