"""Every sentence that the world reads here is said in each language of the public pages."""

import gettext
from pathlib import Path

import pytest
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOM = Path(__file__).parent.parent


def sentences() -> set[str]:
    found = set()
    folders = (ROOM / "templates" / "listen" / folder for folder in ("form", "ending", "understood"))
    for path in (path for folder in folders for path in folder.glob("*.html")):
        nodes = engines["django"].from_string(path.read_text("utf-8")).template.nodelist  # type: ignore[attr-defined]
        found |= {node.filter_expression.var.literal for node in nodes.get_nodes_by_type(TranslateNode)}
        blocks = nodes.get_nodes_by_type(BlockTranslateNode)
        found |= {node.render_token_list(node.singular)[0] for node in blocks}
    return found - {None}


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_every_sentence_is_translated_and_compiled(language: str) -> None:
    with (ROOM / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)

    assert len(sentences()) > 40
    assert [said for said in sentences() if known.gettext(said) == said] == []
