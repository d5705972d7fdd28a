"""Proofs on real input, run by bin/prove."""
