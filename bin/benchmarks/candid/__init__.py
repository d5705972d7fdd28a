"""What `bin/bench candour` is made of: labelled texts, what ours and others say of them, scores, tables."""
