"""Parts of the benchmark of the inbox."""
