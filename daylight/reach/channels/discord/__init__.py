"""Rooms in Discord, by their webhooks."""
