"""Daylight: tells the customers affected by trouble, before they ask."""

__version__ = "0.1.0"
