"""Moving here from another status page: a reader for each source, one form between, and one writer."""
