"""The crew sets up pages: which there are, what each shows, how it looks, who reads it."""
