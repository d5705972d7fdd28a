"""An independent mail server that keeps every envelope: one line of JSON each, written before it is answered for."""

import asyncio
import base64
import json
import os
import sys
import time

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Takes everything, and writes it down: of each mail the first `most` bytes, or all."""

    def __init__(self, path: str, most: int | None = None) -> None:
        self._most = most
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write the envelope down, then agree."""
        raw = (envelope.original_content or b"")[: self._most]
        line = {
            "at": time.time(),
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "raw": base64.b64encode(raw).decode(),
        }
        os.write(self._file, json.dumps(line).encode() + b"\n")
        return "250 2.0.0 Ok"


async def main(path: str, most: int | None = None) -> None:
    """Serve until killed; the first line of output is the port."""
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(path, most)
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="mailbox", loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
