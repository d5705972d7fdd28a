"""Storms of strange mails: every language, broken ones, very large ones, one that holds a gigabyte of nothing."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor

from proofs import storm
from proofs.looking import MEGABYTE, Scene, settle, texts
from proofs.product import require
from proofs.storm import Wire


def languages(scene: Scene) -> None:
    """Each language in each of its character sets, from left and from right."""
    wire = Wire(scene.port)
    sent = list(storm.in_languages())
    for number, (_, raw, _) in enumerate(sent):
        require(wire.send(raw, f"l{number}@mail.example") == 250, "a mail in some language was not taken")
    settle()
    found = texts("language-")
    wrong = [name for name, _, words in sent if found.get(name) != [words]]
    require(not wrong, f"these came with other words: {wrong}")
    print(f"  {len(sent)} mails in {len(storm.WORDS)} languages: every word as it was written")


def broken(scene: Scene) -> None:
    """Mails as programs write them, and thousands of broken ones."""
    from daylight.listen.models import Message  # Likewise.
    from daylight.reach.models import IncomingMail

    def here() -> int:
        read = Message.objects.filter(source="mailbox", direction=Message.Direction.IN)  # Not what we answered.
        return read.count() + IncomingMail.objects.count()

    wire, before = Wire(scene.port), here()
    sent = list(storm.fuzzed(3000))
    for number, raw in enumerate(sent):
        require(wire.send(raw, f"f{number}@mail.example") == 250, f"broken mail {number} was not taken")
    settle()
    aside = IncomingMail.objects.kept_aside().count()
    require(here() - before == len(sent), f"{len(sent)} broken mails were taken and {here() - before} are here")
    print(
        f"  {len(sent):,} whole and broken mails: every one is here, {aside} of them aside because they hold no words"
    )


def large(scene: Scene) -> None:
    """Four files of 50 MB at once; one mail above the limit."""
    contents = {f"large-{number}": storm.random_file(50 * MEGABYTE, number) for number in range(4)}
    began = time.monotonic()
    with ThreadPoolExecutor(4) as senders:
        raws = {name: storm.with_file(name, content) for name, content in contents.items()}
        codes = list(senders.map(lambda one: Wire(scene.port).send(one[1], f"{one[0]}@mail.example"), raws.items()))
    taken = time.monotonic() - began
    require(codes == [250] * 4, f"the large mails were answered with {codes}")
    settle()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    _same_files(digests)
    code = Wire(scene.port).send(b"Subject: too large\r\n\r\n" + b"x" * 76 * 1_200_000, "a@mail.example")
    require(code == 552, f"a mail of 91 MB was answered with {code}")
    size = len(next(iter(raws.values())))
    print(
        f"  4 files of 50 MB ({size / MEGABYTE:.0f} MB each on the wire) at once: taken in {taken:.1f} s, byte by byte"
    )
    print("  a mail of 87 MB: 552")


def _same_files(digests: dict[str, str]) -> None:
    from daylight.listen.models import Attachment  # Likewise.

    for name, digest in digests.items():
        file = Attachment.objects.get(name=f"{name}.zip", message__external_id=f"{name}@mail.example")
        held = hashlib.sha256()
        for piece in file.pieces():
            held.update(piece)
        require(held.hexdigest() == file.sha256 == digest, f"{name} is not what was sent")


def zip_bomb(scene: Scene) -> None:
    """A gigabyte of nothing in a zip of one megabyte."""
    bomb = storm.zip_bomb()
    require(Wire(scene.port).send(storm.with_file("bomb", bomb), "z@mail.example") == 250, "the bomb was not taken")
    settle()
    _same_files({"bomb": hashlib.sha256(bomb).hexdigest()})
    print(f"  a zip of {len(bomb) / MEGABYTE:.1f} MB that holds 1 GB: kept as it came, never unpacked")
