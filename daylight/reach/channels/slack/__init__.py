"""Rooms in Slack, by their incoming webhooks."""
