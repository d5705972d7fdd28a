"""What `bin/bench watch` is made of: streams, outbreaks put into them, methods, and the judging."""
