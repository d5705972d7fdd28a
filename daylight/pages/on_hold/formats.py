"""The files of the phone line: the words as text and JSON, their sound in what telephone systems take, and the sheets
that Twilio, VoiceXML platforms and Asterisk follow. Reads no row and no clock.

Below `on-hold/expired/` stands the same without the news: it is what answers when the message is too old to be trusted.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import lameenc
from django.conf import settings
from django.template.loader import render_to_string

from daylight.pages.facts import PageFacts
from daylight.pages.on_hold import sound
from daylight.pages.on_hold.facts import OnHoldFacts, Part, Says, Sounds
from daylight.reach.channels.voice.dialogue import locale
from daylight.reach.words import Phrases

FOLDER = "on-hold"
EXPIRED = f"{FOLDER}/expired"
MP3_KILOBITS = 32
PHRASES = "pages/on_hold/words"
TEXT_ME = "1"
"""The key for "text me the updates"; the keys behind it change the language."""


@dataclass(frozen=True)
class Where:
    """Where a sheet sends the call next: `again` is the folder of the same sheet, `pressed` hears the keys."""

    again: str
    pressed: str
    call: str = ""
    """What is added to `again`, such as another language."""


@lru_cache(maxsize=32)
def sounds_of(samples: bytes) -> Sounds:
    """A piece of sound in every format; the same piece is worked out once."""
    piece = sound.Sound(sound.from_bytes(samples), sound.RATE)
    made = {
        "wav": sound.wav(piece),
        "ulaw.wav": sound.mu_law_wav(piece),
        "ulaw": sound.mu_law(piece.samples),
        "sln": samples,
        "mp3": _mp3(samples),
    }
    return Sounds(piece.seconds, made)


def _mp3(samples: bytes) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(MP3_KILOBITS)
    encoder.set_in_sample_rate(sound.RATE)
    encoder.set_channels(1)
    encoder.set_quality(5)
    return bytes(encoder.encode(samples)) + bytes(encoder.flush())


def files(facts: PageFacts) -> dict[str, bytes]:
    """The files of the phone line in the language of these facts; none while nobody has read what stands behind it."""
    on_hold = facts.on_hold
    if on_hold is None:
        return {}
    root = facts.site.url
    made: dict[str, bytes] = {}
    for part, sounds in on_hold.sounds.items():
        made |= {f"{FOLDER}/{part}.{ending}": body for ending, body in sounds.formats.items()}
    told = message_json(on_hold, root=root)
    pressed = f"{settings.SITE_URL}/{FOLDER}/pressed/?page={facts.site.slug}&language={facts.site.language}"
    where = Where(again=f"{root}/{FOLDER}", pressed=pressed)
    made |= _sheets(told, where, folder=FOLDER)
    made |= _sheets(neutral_json(told), where, folder=EXPIRED)
    if Part.NEUTRAL in on_hold.sounds:
        for ending, body in on_hold.sounds[Part.NEUTRAL].formats.items():
            made[f"{EXPIRED}/message.{ending}"] = body
    made[f"{FOLDER}/asterisk.conf"] = dialplan(facts.site.organisation, root=root)
    return made


def message_json(on_hold: OnHoldFacts, *, root: str) -> dict[str, Any]:
    """Everything about the message as programs read it; the other sheets are made of this alone."""
    spoken = on_hold.spoken
    return {
        "version": spoken.version,
        "says": spoken.says.value,
        "language": spoken.language,
        "locale": locale(spoken.language),
        "text": spoken.text,
        "seconds": _seconds(on_hold, Part.MESSAGE, spoken.seconds),
        "made_at": _iso(spoken.made_at),
        "valid_until": _iso(spoken.valid_until),
        "next_update_by": _iso(spoken.next_update_by) if spoken.next_update_by else None,
        "incidents": list(spoken.incidents),
        "not_named": spoken.unnamed,
        "takes_keys": on_hold.choices.takes_keys,
        "is_recording": on_hold.is_recording,
        "phrases": {part.value: text for part, text in on_hold.words.items() if part != Part.MESSAGE},
        "sounds": {part.value: _sounds_json(part, sounds, root=root) for part, sounds in on_hold.sounds.items()},
        "other_languages": list(on_hold.other_languages),
        "folder": f"{root}/{FOLDER}",
    }


def _seconds(on_hold: OnHoldFacts, part: Part, otherwise: float) -> float:
    return round(on_hold.sounds[part].seconds, 1) if part in on_hold.sounds else otherwise


def _sounds_json(part: Part, sounds: Sounds, *, root: str) -> dict[str, Any]:
    return {
        "seconds": round(sounds.seconds, 1),
        "files": {
            ending: {
                "url": f"{root}/{FOLDER}/{part}.{ending}?v={hashlib.sha256(body).hexdigest()[:12]}",
                "sha256": hashlib.sha256(body).hexdigest(),
                "bytes": len(body),
            }
            for ending, body in sounds.formats.items()
        },
    }


def neutral_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """What takes the place of a message that is too old: it claims nothing, takes no key and never ends."""
    text = told["phrases"][Part.NEUTRAL]
    sounds = {Part.MESSAGE.value: told["sounds"][Part.NEUTRAL]} if Part.NEUTRAL in told["sounds"] else {}
    return {
        **told,
        "version": "neutral",
        "says": Says.NEUTRAL.value,
        "text": text,
        "incidents": [],
        "not_named": 0,
        "next_update_by": None,
        "takes_keys": False,
        "is_recording": False,
        "sounds": sounds,
    }


def _sheets(told: Mapping[str, Any], where: Where, *, folder: str) -> dict[str, bytes]:
    """The message as text, as JSON, and as what Twilio and VoiceXML platforms follow."""
    return {
        f"{folder}/message.txt": f"{told['text']}\n".encode(),
        f"{folder}/message.json": json.dumps(told, ensure_ascii=False, indent=1).encode(),
        f"{folder}/twiml.xml": twiml(told, where),
        f"{folder}/voicexml.vxml": voicexml(told, where),
    }


def twiml(told: Mapping[str, Any], where: Where) -> bytes:
    """The message as Twilio plays it: https://www.twilio.com/docs/voice/twiml. It comes back for the newest one."""
    return _sheet("twiml.xml", told, where)


def twiml_words(told: Mapping[str, Any], part: Part | None, where: Where) -> bytes:
    """One phrase, or none, and back to the message."""
    return _words_sheet("twiml_words.xml", told, part, where)


def voicexml_words(told: Mapping[str, Any], part: Part | None, where: Where) -> bytes:
    """The same for VoiceXML."""
    return _words_sheet("voicexml_words.vxml", told, part, where)


def _words_sheet(name: str, told: Mapping[str, Any], part: Part | None, where: Where) -> bytes:
    piece = _piece(told, part) if part else {"text": "", "sound": ""}
    return render_to_string(f"pages/on_hold/{name}", {"told": told, "piece": piece, "where": where}).encode()


def voicexml(told: Mapping[str, Any], where: Where) -> bytes:
    """The message as VoiceXML 2.1 platforms play it; after its end the sheet itself says the neutral words."""
    return _sheet("voicexml.vxml", told, where)


def dialplan(organisation: str, *, root: str) -> bytes:
    """What an Asterisk includes in its extensions.conf."""
    return render_to_string("pages/on_hold/asterisk.conf", {"organisation": organisation, "root": root}).encode()


def _sheet(name: str, told: Mapping[str, Any], where: Where) -> bytes:
    context = {
        "told": told,
        "where": where,
        "message": _piece(told, Part.MESSAGE),
        "press": _piece(told, Part.PRESS),
        "neutral": _piece(told, Part.NEUTRAL),
        "until": round(datetime.fromisoformat(told["valid_until"]).timestamp() * 1000),
        "keys": keys_of(told),
    }
    return render_to_string(f"pages/on_hold/{name}", context).encode()


def keys_of(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The keys that change the language: of which, and what is said of it in that language."""
    found = {}
    for key, language in enumerate(told["other_languages"][:8], start=int(TEXT_ME) + 1):
        words = Phrases(language, folder=PHRASES).say("other_language", digit=key)
        found[str(key)] = {"language": language, "locale": locale(language), "words": words}
    return found


def _piece(told: Mapping[str, Any], part: Part) -> dict[str, str]:
    """The words of a part, and where its sound is if it has one."""
    text = told["text"] if part == Part.MESSAGE else told["phrases"][part]
    sounds = told["sounds"].get(part)
    return {"text": text, "sound": sounds["files"]["wav"]["url"] if sounds else ""}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
