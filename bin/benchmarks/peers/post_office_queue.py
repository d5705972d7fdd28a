"""django-post_office: everything put into its queue by `send_many`, then its own command with two processes."""

from firm.beginning import set_up, wait_for_signal


def main() -> None:
    """Tell everybody; its own table is the ledger."""
    set_up()
    from django.core.management import call_command
    from django.template.loader import render_to_string
    from firm.messages import SENDER, SUBJECT, headers, values
    from firm.models import Customer
    from post_office import mail

    wait_for_signal()
    kept = []
    for customer in Customer.objects.order_by("pk").iterator():
        context = values(customer)
        kept.append(
            {
                "recipients": [customer.email],
                "sender": SENDER,
                "subject": SUBJECT,
                "message": render_to_string("message.txt", context),
                "html_message": render_to_string("message.html", context),
                "headers": headers(customer),
            }
        )
    mail.send_many(kept)
    call_command("send_queued_mail", processes=2)


if __name__ == "__main__":
    main()
