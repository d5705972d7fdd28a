"""The management API v1 of Statuspage, at /v1/: what a program sends there takes the same roads as the desk."""
