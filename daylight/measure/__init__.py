"""Outcomes only."""
