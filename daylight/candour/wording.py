"""The words of a finding, in the language of the draft."""

from collections.abc import Mapping

from daylight.candour.languages import Language


class _Open(dict[str, str]):
    """Leaves open what nobody filled in."""

    def __missing__(self, key: str) -> str:
        return f"[{key}]"


def words_of(language: Language, rule: str, says: Mapping[str, str]) -> tuple[str, str]:
    """Reason and suggestion of a finding of `rule`, with what it says filled in."""
    told = language.rules[rule]
    told = told.get("notes", {}).get(says.get("note", ""), told)
    filled = _Open(says)
    return told["reason"].format_map(filled), told["suggestion"].format_map(filled)
