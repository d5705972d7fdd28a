"""Legal time, reckoned without a database and without Django."""
