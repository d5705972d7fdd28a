"""Whom something was promised to, what was promised, how to reach them; and the import of such records."""
