"""The `daylight` command, for operators and scripts."""
