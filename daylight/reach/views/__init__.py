"""What the room shows: to customers (preferences) and to the crew (channels, outbox, suppression, webhooks)."""
