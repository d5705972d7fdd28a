"""Rooms in Microsoft Teams, by Workflows."""
