"""How the addresses of pages begin, as patterns: below a page's slug, unless it is the main one, in any language."""

IN_A_LANGUAGE = r"(?:(?:en|de|fr|es)/)?"
UNDER_A_SLUG = r"(?:pages/[-a-z0-9_]+/)?"
ON_A_PAGE = rf"^{UNDER_A_SLUG}{IN_A_LANGUAGE}"
