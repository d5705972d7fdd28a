"""What a writer wrote themselves: without the mails they quote, their signature and the lines a telephone adds."""

import re

LONG_LINE = 55
"""A line at least this long was broken by the program, so the next one goes on with it."""

_QUOTED = re.compile(r"^\s*[>|]")
_REST = re.compile(
    r"^\s*(?:"
    r"(?:on|am|le|el|il|op)\b.{4,120}\b(?:wrote|schrieb|écrit|escribió|scritto|schreef)\b.{0,60}:\s*$"
    r"|-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message d'origine|mensaje original)\b"
    r"|_{10,}\s*$"
    r"|(?:from|von|de)\s*:\s.*[@<]"
    r")",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(?:--\s*$"
    r"|(?:(?:with\s+)?(?:best|kind|warm|many|kindest|warmest)\s+(?:regards|wishes|thanks)|regards|sincerely|cheers"
    r"|yours?\s+(?:sincerely|faithfully|truly)|thanks\s+and\s+regards|(?:many\s+)?thanks|thank\s+you"
    r"|(?:mit\s+)?(?:freundlichen|besten|herzlichen|vielen|lieben|schönen)\s+grü(?:ß|ss)en?"
    r"|(?:freundliche|beste|herzliche|viele|liebe|schöne)\s+grü(?:ß|ss)e|mfg|lg|vg|bg|hochachtungsvoll|gru(?:ß|ss)"
    r"|danke|vielen\s+dank|cordialement|saludos)\s*[,.!]*\s*(?:\S+\s*){0,3}$"
    r"|(?:sent|gesendet|envoyé|enviado)\s+(?:from|mit|von|de|desde)\b"
    r"|von\s+meinem\b.{0,40}gesendet)",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The part of `text` that its writer wrote; all of it when nothing would be left."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _REST.match(line) or (_SIGNATURE.match(line) and _said_something(lines)):
            break
        if not _QUOTED.match(line):
            lines.append(line)
    return _joined(lines) if _said_something(lines) else text


def _said_something(lines: list[str]) -> bool:
    return any(any(sign.isalnum() or sign == "?" for sign in line) for line in lines)


def _joined(lines: list[str]) -> str:
    whole: list[str] = []
    for line in lines:
        broken = bool(whole) and len(whole[-1].rsplit("\n", 1)[-1]) >= LONG_LINE and line[:1].islower()
        whole.append((" " if broken else "\n") + line)
    return "".join(whole).strip()
