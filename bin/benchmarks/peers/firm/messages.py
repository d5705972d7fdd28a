"""The firm's message: the same words, with the same personal values, as the product's."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from firm.models import Customer

SUBJECT = "Checkout fails for card payments"
SENDER = '"Our company" <news@firm.example>'


def values(customer: Customer) -> dict[str, str]:
    """What differs from reader to reader."""
    return {
        "name": customer.name,
        "own_url": f"https://status.firm.example/preferences/{customer.pk}",
        "unsubscribe_url": f"https://status.firm.example/unsubscribe/{customer.pk}",
    }


def headers(customer: Customer) -> dict[str, str]:
    """The headers that let a reader stop the messages."""
    return {"List-Unsubscribe": f"<https://status.firm.example/unsubscribe/{customer.pk}>"}


def message(customer: Customer) -> EmailMultiAlternatives:
    """The message for one customer, as Django's documentation shows it."""
    context = values(customer)
    made = EmailMultiAlternatives(
        subject=SUBJECT,
        body=render_to_string("message.txt", context),
        from_email=SENDER,
        to=[customer.email],
        headers=headers(customer),
    )
    made.attach_alternative(render_to_string("message.html", context), "text/html")
    return made
