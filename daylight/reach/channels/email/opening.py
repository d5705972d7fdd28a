"""The beginning of a conversation with a mail server: connect, greet, make it secure, sign in."""

import asyncio
import base64
import functools
import hmac
import socket
from collections.abc import Awaitable, Callable

from daylight.reach.channels.base import ChannelBroken, TryLater
from daylight.reach.channels.email.replies import Step, failure
from daylight.reach.channels.email.server import Abilities, MailServer
from daylight.reach.channels.email.wire import Wire, as_text

_NOT_UNDERSTOOD = frozenset({500, 501, 502, 504, 550})


async def opened(server: MailServer) -> tuple[Wire, Abilities]:
    """A wire that is ready for the first message. Raises ChannelBroken or TryLater."""
    talk = Talk(Wire(), server)
    try:
        async with asyncio.timeout(server.reply_seconds * 2):
            await _connect(talk)
    except OSError as problem:
        raise server.failure(problem) from problem
    try:
        return talk.wire, await _introduced(talk)
    except BaseException:
        talk.wire.end("the opening failed")
        raise


async def _connect(talk: "Talk") -> None:
    server, wire = talk.server, talk.wire
    tls = server.tls if server.security == "tls" else None
    await asyncio.get_running_loop().create_connection(
        lambda: wire, server.host, server.port, ssl=tls, server_hostname=server.host if tls else None
    )


async def _introduced(talk: "Talk") -> Abilities:
    await talk.hear(Step.HELLO, wanted=220)
    abilities = await _greeted(talk)
    if talk.server.security == "starttls":
        await _secured(talk, abilities)
        abilities = await _greeted(talk)
    if talk.server.user:
        await _signed_in(talk, abilities)
    return abilities


class Talk:
    """Question and answer over a wire, one at a time."""

    def __init__(self, wire: Wire, server: MailServer) -> None:
        self.wire, self.server = wire, server
        self._heard: list[tuple[int, bytes]] = []
        self._waiting: asyncio.Future[None] | None = None
        wire.on_reply = self._keep
        wire.on_end = self._ended

    @property
    def has_more(self) -> bool:
        """Whether something came that was not asked for."""
        return bool(self._heard or self.wire.has_more)

    async def ask(self, command: str) -> tuple[int, bytes]:
        """The reply to a command. Raises TryLater when none comes."""
        if self.has_more:
            raise TryLater(f"The mail server {self.server.host}:{self.server.port} speaks out of turn.")
        if not self.wire.is_over:
            self.wire.transport.write(f"{command}\r\n".encode())
        return await self.reply()

    async def reply(self) -> tuple[int, bytes]:
        """The next reply. Raises TryLater when none comes."""
        if not self._heard and not self.wire.is_over:
            self.wire.expect(self.server.reply_seconds)
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
            self._waiting = None
        if not self._heard:
            raise TryLater(f"The mail server {self.server.host}:{self.server.port}: {self.wire.reason}")
        return self._heard.pop(0)

    async def hear(self, step: Step, *, wanted: int, command: str = "") -> bytes:
        """The text of the reply that is wanted. Raises what any other stands for."""
        code, said = await (self.ask(command) if command else self.reply())
        if code != wanted:
            raise refused(step, code, said)
        return said

    def _keep(self, code: int, said: bytes) -> None:
        self._heard.append((code, said))
        self._wake()

    def _ended(self, _: str) -> None:
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def refused(step: Step, code: int, said: bytes) -> Exception:
    """The failure behind a reply; one that fits no step at all is tried later."""
    if 400 <= code < 600:
        return failure(step, code, as_text(said)[4:])
    return TryLater(f"The mail server answered out of turn: {as_text(said)}")


async def _greeted(talk: Talk) -> Abilities:
    name = await asyncio.get_running_loop().run_in_executor(None, _own_name)
    code, said = await talk.ask(f"EHLO {name}")
    if code in _NOT_UNDERSTOOD:
        await talk.hear(Step.HELLO, wanted=250, command=f"HELO {name}")
        return Abilities()
    if code != 250:
        raise refused(Step.HELLO, code, said)
    words = said.decode("ascii", "replace").lower().replace("auth=", "auth ")  # Some say it in the way of 1997.
    announced = [line.partition(" ") for line in words.split("\n")[1:]]
    return Abilities.read({word.strip(): rest for word, _, rest in announced})


@functools.cache
def _own_name() -> str:
    """How this machine calls itself; it may have to be looked up."""
    name = socket.getfqdn()
    return name if "." in name and name.isascii() and name.isprintable() else "[127.0.0.1]"


async def _secured(talk: Talk, abilities: Abilities) -> None:
    """Go on in secret, or not at all."""
    server, wire = talk.server, talk.wire
    if not abilities.starttls:
        raise ChannelBroken(f"The mail server {server.host} cannot do what is set up for it: it offers no STARTTLS.")
    await talk.hear(Step.HELLO, wanted=220, command="STARTTLS")
    if talk.has_more:
        raise ChannelBroken(f"The mail server {server.host} mixes plain and secret words.")
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(server.reply_seconds):
            secret = await loop.start_tls(wire.transport, wire, server.tls, server_hostname=server.host)
    except OSError as problem:
        raise server.failure(problem) from problem
    if secret is None:
        raise TryLater(f"The mail server {server.host}:{server.port} hung up while the connection was secured.")
    wire.connection_made(secret)


async def _signed_in(talk: Talk, abilities: Abilities) -> None:
    """By the best way that the server offers and that works."""
    offered = [way for name, way in _WAYS.items() if name in abilities.auth]
    if not offered:
        raise ChannelBroken(f"The mail server {talk.server.host} offers no way to sign in that we know.")
    for way in offered:
        code, said = await way(talk)
        if code == 235:
            return
        if 400 <= code < 500:
            break
    raise refused(Step.AUTH, code, said)


async def _by_digest(talk: Talk) -> tuple[int, bytes]:
    code, said = await talk.ask("AUTH CRAM-MD5")
    if code != 334:
        return code, said
    try:
        challenge = base64.b64decode(said[4:].strip(), validate=True)
    except ValueError:
        raise ChannelBroken("The mail server asks for our password with a challenge that makes no sense.") from None
    server = talk.server
    digest = hmac.new(server.password.encode(), challenge, "md5").hexdigest()
    return await talk.ask(_coded(f"{server.user} {digest}"))


async def _plainly(talk: Talk) -> tuple[int, bytes]:
    server = talk.server
    words = _coded(f"\0{server.user}\0{server.password}")
    return await talk.ask(f"AUTH PLAIN {words}")


async def _by_login(talk: Talk) -> tuple[int, bytes]:
    code, said = await talk.ask("AUTH LOGIN")
    for word in (talk.server.user, talk.server.password):
        if code != 334:
            break
        code, said = await talk.ask(_coded(word))
    return code, said


def _coded(words: str) -> str:
    return base64.b64encode(words.encode()).decode("ascii")


_WAYS: dict[str, Callable[[Talk], Awaitable[tuple[int, bytes]]]] = {
    "CRAM-MD5": _by_digest,
    "PLAIN": _plainly,
    "LOGIN": _by_login,
}
