"""Chats in Telegram, by a bot."""
