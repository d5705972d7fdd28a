"""A mail server that checks every command (aiosmtpd), and writes each recipient and Message-ID before it answers."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.sinks.record import Record, arguments, served


class Handler:
    """Takes everything."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write down and agree."""
        recipient = envelope.rcpt_tos[0]
        self._record.add_mail(recipient.encode(), envelope.original_content or b"")
        return "250 2.0.0 Ok: queued as " + recipient.partition("@")[0]


async def main() -> None:
    """Serve until killed."""
    options = arguments()
    handler, loop = Handler(Record(options.record)), asyncio.get_running_loop()
    await served(lambda: SMTP(handler, hostname="sink", loop=loop), everywhere=options.everywhere)


if __name__ == "__main__":
    asyncio.run(main())
