"""Rooms in Mattermost, by their incoming webhooks."""
