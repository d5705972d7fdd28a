"""What a request meets: telephone systems, and the crew."""
