"""The rules: what a customer would miss or stumble over. Each has a number, a weight for each stage, and one finder."""

from daylight.candour.rules import blame, gaps, memory, missing, owning, packs, plain, promises, wording
from daylight.candour.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *missing.RULES,
    *gaps.RULES,
    *owning.RULES,
    *wording.RULES,
    *blame.RULES,
    *promises.RULES,
    *plain.RULES,
    *memory.RULES,
    *packs.RULES,
)
"""In the order of their numbers."""
