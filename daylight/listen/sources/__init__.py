"""The ways in, a folder each: each turns what its far end sends into `Said`, and knows nothing else of the house."""
