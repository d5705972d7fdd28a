"""Chats in which customers speak to the firm already."""
