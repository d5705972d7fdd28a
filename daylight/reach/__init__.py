"""Carries published updates to people."""
