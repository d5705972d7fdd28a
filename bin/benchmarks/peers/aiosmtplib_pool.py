"""aiosmtplib with sixteen connections, each sending one message after another; no ledger, which is in its favour."""

import asyncio
import os
from collections.abc import Iterator
from email.message import EmailMessage

import aiosmtplib
from firm.beginning import set_up, wait_for_signal

CONNECTIONS = int(os.environ.get("CONNECTIONS", "16"))


async def carry(port: int, messages: Iterator[EmailMessage]) -> None:
    """One connection, until nothing is left."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
        for message in messages:
            await smtp.send_message(message)


async def tell(messages: list[EmailMessage]) -> None:
    """All connections at once, from one list."""
    port, left = int(os.environ["SINK_PORT"]), iter(messages)
    await asyncio.gather(*(carry(port, left) for _ in range(CONNECTIONS)))


def main() -> None:
    """Compose first, so that the sending alone is measured."""
    set_up()
    from firm.messages import message
    from firm.models import Customer

    messages = [message(customer).message() for customer in Customer.objects.order_by("pk")]
    wait_for_signal()
    asyncio.run(tell(messages))


if __name__ == "__main__":
    main()
