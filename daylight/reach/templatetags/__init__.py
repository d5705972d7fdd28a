"""What templates of the room may say."""
