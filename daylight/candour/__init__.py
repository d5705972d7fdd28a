"""The candour checker."""
