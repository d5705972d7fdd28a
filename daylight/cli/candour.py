"""Reads a draft as its customers will and says what is missing or evasive, with a way to fill it.

Exit status: 0 when nothing at or above --fail-on was found, 1 when something was, 2 when the question is wrong.
With --jsonl each line of the file is an object with "id" and "text", and may have "title", "stage" and "kind"; a line
with "id", "elements" and "findings" comes out for each.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from daylight import candour
from daylight.candour.draft import PROFILES, STAGES
from daylight.candour.languages import spoken
from daylight.candour.report import Severity
from daylight.candour.saying import FORMATS, Checked, as_json
from daylight.cli.commands import CannotDo
from daylight.core import clock

FAILS = {
    "error": {Severity.ERROR},
    "warning": {Severity.ERROR, Severity.WARNING},
    "note": set(Severity),
    "never": set(),
}

STAGE_OF = {
    "investigating": "acknowledge",
    "acknowledged": "acknowledge",
    "resolved": "final",
    "postmortem": "final",
    "completed": "final",
    "letter": "letter",
    "apology": "letter",
    "notice": "letter",
    "statement": "letter",
    "reply": "letter",
}
"""What publishers call a stage, as one of the checker's four; anything else is an update."""


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", default=["-"], help="texts; - is standard input")
    parser.add_argument("--jsonl", metavar="FILE", help="many texts, one JSON object a line; - is standard input")
    parser.add_argument("--title", default="", help="the title that goes with the text")
    parser.add_argument("--profile", choices=PROFILES, default="status")
    parser.add_argument("--stage", choices=STAGES, default="update")
    parser.add_argument("--language", choices=spoken(), default="en")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--fail-on", choices=sorted(FAILS), default="error", help="what makes the exit status 1")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    if options.jsonl:
        for line in _lines(options.jsonl):
            print(json.dumps(_answer(line, options), ensure_ascii=False))
        return 0
    now = clock.now()
    texts = [_checked(name, options, now) for name in options.files or ["-"]]
    sys.stdout.write(FORMATS[options.format](texts))
    return int(any(finding.severity in FAILS[options.fail_on] for text in texts for finding in text.report.findings))


def _checked(name: str, options: Namespace, now: datetime) -> Checked:
    text = _read(name)
    report = candour.check(
        text,
        title=options.title,
        profile=options.profile,
        stage=options.stage,
        language=options.language,
        now=now,
    )
    return Checked(name, text, report)


def _answer(line: dict[str, Any], options: Namespace) -> dict[str, Any]:
    given = str(line.get("stage", "")) or options.stage
    stage = given if given in STAGES else STAGE_OF.get(given, "update")
    profile = "letter" if stage == "letter" else options.profile
    report = candour.check(
        str(line["text"]), title=str(line.get("title", "")), profile=profile, stage=stage, language=options.language
    )
    told = as_json.told_of(report)
    return {"id": line["id"], "elements": told["elements"], "findings": told["findings"]}


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_read(name).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not {"id", "text"} <= found.keys():
            raise CannotDo(f'Line {number} of {name} is no JSON object with "id" and "text".')
        yield found


def _read(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as problem:
        raise CannotDo(f"{name} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise CannotDo(f"{name} is no text in UTF-8.") from problem
