"""Packs: what one regime asks, as data with its source."""
