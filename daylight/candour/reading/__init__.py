"""A text is read once, into tokens, sentences and letters; every element and rule looks at the same reading."""
