"""Mails that a mail provider took for us and posts to an address of ours: each joins those that came by the wire."""
