"""Where the world asks, where programs ask, and what the crew sees of it."""
