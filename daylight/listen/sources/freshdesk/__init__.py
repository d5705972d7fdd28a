"""Freshdesk: its tickets come here, and our answers go back into them."""
