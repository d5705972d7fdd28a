"""The language of a message."""

import py3langid

FEWEST_LETTERS = 20
"""Below this a guess is as good as none."""

READ = 1_000
"""Characters that are looked at; more change nothing."""


def language_of(text: str) -> str:
    """The language as a two-letter code, or "" for what is too short to tell. 0.03 ms after the first call."""
    looked_at = text[:READ]
    if sum(sign.isalpha() for sign in looked_at) < FEWEST_LETTERS:
        return ""
    language: str = py3langid.classify(looked_at)[0]
    return language
