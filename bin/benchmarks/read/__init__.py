"""Parts of the benchmark of public reads: the world that is read, the servers that answer, the load."""
