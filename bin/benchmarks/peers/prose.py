"""Checkers of prose and measures of reading, one row of figures a text; run in the peers' own environment.

    python prose.py < texts.json > figures.json

In comes a list of texts, out goes an object with a list of figures for each measure.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore", category=UserWarning)  # textstat asks for a part of setuptools that is going away.

import textstat  # noqa: E402
from proselint.checks import __register__ as every_check  # noqa: E402
from proselint.config import DEFAULT  # noqa: E402
from proselint.registry import CheckRegistry  # noqa: E402
from proselint.tools import LintFile  # noqa: E402
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: E402

HEDGES = {"weasel_words", "hedging", "cliches", "industrial_language"}


def main() -> None:
    """Read, measure, write."""
    CheckRegistry().register_many(every_check)
    moods = SentimentIntensityAnalyzer()
    rows = [figures(text, moods) for text in json.load(sys.stdin)]
    json.dump({name: [row[name] for row in rows] for name in rows[0]}, sys.stdout)


def figures(text, moods):
    """Of one text."""
    found = [result.check_result.check_path.split(".")[0] for result in LintFile("text", text).lint(DEFAULT)]
    return {
        "proselint any": len(found),
        "proselint hedges": sum(name in HEDGES for name in found),
        "vader": moods.polarity_scores(text)["compound"],
        "flesch": textstat.flesch_reading_ease(text),
        "grade": textstat.flesch_kincaid_grade(text),
        "fog": textstat.gunning_fog(text),
        "hard words": textstat.difficult_words(text) / max(1, textstat.lexicon_count(text)),
    }


if __name__ == "__main__":
    main()
