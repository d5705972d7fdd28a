"""Django's mail API: one connection, and a row of the ledger saved for each message."""

from firm.beginning import set_up, wait_for_signal


def main() -> None:
    """Tell everybody."""
    set_up()
    from django.core.mail import get_connection
    from django.utils import timezone
    from firm.messages import message
    from firm.models import Customer, Delivery

    wait_for_signal()
    with get_connection() as connection:
        for customer in Customer.objects.order_by("pk").iterator():
            connection.send_messages([message(customer)])
            Delivery.objects.create(customer=customer, state="accepted", accepted_at=timezone.now())


if __name__ == "__main__":
    main()
