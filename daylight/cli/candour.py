"""Reads a draft as its customers will and says what is missing or evasive, with a way to fill it.

Exit status: 0 when nothing at or above --fail-on was found, 1 when something was, 2 when the question is wrong or a
text cannot be read; the others are read all the same.
With --jsonl each line of the file is an object with "id" and "text", and may have "title", "stage" and "kind"; a line
with "id", "elements" and "findings" comes out for each. A line that is none is named, and the rest goes on.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from daylight import candour
from daylight.candour import pages
from daylight.candour.draft import PROFILES, STAGES
from daylight.candour.languages import spoken
from daylight.candour.report import Severity
from daylight.candour.saying import FORMATS, Checked, as_json
from daylight.cli.candour_texts import lines_of, text_of
from daylight.cli.commands import AskedWrong
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

WELL, FOUND, WRONG = 0, 1, 2


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", default=["-"], help="texts; - is standard input")
    parser.add_argument("--jsonl", metavar="FILE", help="many texts, one JSON object a line; - is standard input")
    parser.add_argument("--title", default="", help="the title that goes with the text")
    parser.add_argument("--profile", choices=PROFILES, help="status, or letter at the stage letter, where not given")
    parser.add_argument("--stage", choices=STAGES, default="update")
    parser.add_argument("--language", choices=spoken(), default="en")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--fail-on", choices=sorted(FAILS), default="error", help="what makes the exit status 1")
    parser.add_argument("--explain", nargs="+", metavar="RULE", help="show the pages of rules, such as CND-301")
    parser.add_argument("--pages", metavar="FOLDER", help="write the page of every rule into a folder")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises AskedWrong."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.explain:
        return _explain(options)
    if options.pages:
        return _write_pages(Path(options.pages), options.language)
    return _many(options) if options.jsonl else _files(options)


def _files(options: Namespace) -> int:
    """Check each file; one that cannot be read is named, and the others are checked all the same."""
    now, texts, wrong = clock.now(), [], False
    for name in options.files or ["-"]:
        try:
            texts.append(_checked(name, options, now))
        except AskedWrong as problem:
            wrong = _named(problem)
    if texts or options.format != "text":
        sys.stdout.write(FORMATS[options.format](texts))
    found = any(finding.severity in FAILS[options.fail_on] for text in texts for finding in text.report.findings)
    return WRONG if wrong else FOUND if found else WELL


def _many(options: Namespace) -> int:
    """Answer line by line."""
    wrong = False
    for line in lines_of(options.jsonl):
        if isinstance(line, AskedWrong):
            wrong = _named(line)
        else:
            print(json.dumps(_answer(line, options), ensure_ascii=False))
    return WRONG if wrong else WELL


def _named(problem: AskedWrong) -> bool:
    print(problem, file=sys.stderr)
    return True


def _checked(name: str, options: Namespace, now: datetime) -> Checked:
    text = text_of(name)
    report = candour.check(
        text,
        title=options.title,
        profile=_profile(options, options.stage),
        stage=options.stage,
        language=options.language,
        now=now,
    )
    return Checked(name, text, report)


def _answer(line: dict[str, Any], options: Namespace) -> dict[str, Any]:
    given = str(line.get("stage") or "") or options.stage
    stage = given if given in STAGES else STAGE_OF.get(given, "update")
    report = candour.check(
        line["text"],
        title=str(line.get("title") or ""),
        profile=_profile(options, stage),
        stage=stage,
        language=options.language,
    )
    told = as_json.told_of(report)
    return {"id": line["id"], "elements": told["elements"], "findings": told["findings"]}


def _profile(options: Namespace, stage: str) -> str:
    return str(options.profile or ("letter" if stage == "letter" else "status"))


def _explain(options: Namespace) -> int:
    """Show the pages of the rules that were named."""
    try:
        shown = [pages.markdown(pages.page_of(rule, options.language)) for rule in options.explain]
    except pages.UnknownRule as problem:
        raise AskedWrong(problem.args[0]) from problem
    sys.stdout.write("\n".join(shown))
    return WELL


def _write_pages(folder: Path, language: str) -> int:
    """Write every page, and their list."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.documents(language).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise AskedWrong(f"{problem.filename or folder} cannot be written: {problem.strerror}.") from problem
    print(f"{len(pages.documents(language))} pages are in {folder}.")
    return WELL
