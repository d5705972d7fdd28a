"""Telephone calls that speak."""
