"""The page speaks each of its languages whole: no sentence is left in English."""

import gettext
import re
from pathlib import Path

import pytest

from daylight.pages.models import Page

ROOM = Path(__file__).parent.parent
WORDS = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
SENTENCES = re.compile(r"{%\s*blocktranslate\s+trimmed[^%]*%}(.*?){%\s*endblocktranslate", re.DOTALL)


def said_in_templates() -> set[str]:
    found = set()
    for template in (ROOM / "templates" / "pages").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        found |= {one or other for one, other in WORDS.findall(text)}
        for sentence in SENTENCES.findall(text):
            singular = re.split(r"{%\s*plural\s*%}", sentence)[0]
            found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", singular).strip())
    return found


@pytest.mark.parametrize("language", [code for code in Page.Language.values if code != "en"])
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = ROOM / "locale" / language / "LC_MESSAGES" / "django.mo"
    with catalogue.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    known = {key[0] if isinstance(key, tuple) else key for key in translations._catalog}  # type: ignore[attr-defined]

    assert said_in_templates() - known == set()
