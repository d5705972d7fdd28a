"""Early warning on what people write: vectors, topics, surges, rising terms and evidence, without Django."""
