"""Where the world asks to be told: the public forms, their address for programs, and what the crew sees of it."""
