"""What comes back after a message left, from the provider's request or the returned mail to the rows it changes."""
