"""What `fanout` and `chaos` are made of: an audience, a database server, workers, a watch over them, and the count."""
