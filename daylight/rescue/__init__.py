"""Damage control agreed with the customer, with a way back."""
