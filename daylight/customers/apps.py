"""Registers the room with Django."""

from django.apps import AppConfig


class CustomersRoom(AppConfig):
    """The room `customers`; its README says what happens here."""

    name = "daylight.customers"
    label = "customers"
