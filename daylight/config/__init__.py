"""Settings, addresses, the web entry, base templates and static files."""
