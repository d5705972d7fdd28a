"""SQLite with fair turns at its one writer: see `base`."""
