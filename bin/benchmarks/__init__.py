"""What we measure: one file per benchmark. `frame.py` says what such a file holds."""
