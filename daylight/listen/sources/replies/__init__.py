"""What readers write back to a notice, and say on their own page: rows of `reach`."""
