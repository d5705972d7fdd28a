"""The process that turns the loops, with a heartbeat for each."""
