"""What a message says of itself, by its words alone: pure functions, no database, no network."""
