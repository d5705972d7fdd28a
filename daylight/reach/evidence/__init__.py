"""Proof: who was told what, when, by what, with the exact text; who could not be reached and what was tried."""
