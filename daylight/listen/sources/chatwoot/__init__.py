"""Chatwoot: its conversations come here, and our answers go back into them."""
