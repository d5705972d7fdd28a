"""Customers' words, in."""
