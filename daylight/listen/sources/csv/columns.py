"""What the columns of a file may hold, and a guess by their headings."""

import re
from collections.abc import Mapping, Sequence

SKIPPED = ""

LABELS: Mapping[str, str] = {
    SKIPPED: "— leave out —",
    "text": "What they said",
    "said_at": "When they said it",
    "subject": "Subject",
    "name": "Writer's name",
    "email": "E-mail address",
    "phone": "Phone number",
    "order": "Order number",
    "customer": "Customer number",
    "id": "Number of the message",
    "thread": "Number of the conversation",
    "product": "Product",
    "region": "Region",
    "category": "Category",
    "where": "Where (of a mention)",
    "link": "Link (of a mention)",
    "reach": "Reach, followers (of a mention)",
    "rating": "Rating (of a mention)",
}

FACTS = ("product", "region", "category", "where", "reach", "rating")

_WORDS: Mapping[str, str] = {
    "text": "text message body content description complaint comment review words narrative nachricht beschwerde texte",
    "said_at": "date time created sent received said_at created_at published datum zeit fecha",
    "subject": "subject title headline betreff sujet asunto",
    "name": "name author writer sender from customer_name autor nom nombre",
    "email": "email e_mail mail email_address",
    "phone": "phone telephone mobile number telefon",
    "order": "order order_number order_id reference bestellnummer",
    "customer": "customer customer_id customer_number kundennummer",
    "id": "id message_id ticket_id case_id complaint_id review_id",
    "thread": "thread conversation conversation_id thread_id",
    "product": "product component service produkt",
    "region": "region state country city borough land",
    "category": "category type topic issue tags kategorie",
    "where": "where source site network platform",
    "link": "link url permalink",
    "reach": "reach followers audience",
    "rating": "rating stars score",
}


def guess(header: Sequence[str]) -> list[str]:
    """What stands in each column, by its heading; each thing at most once."""
    found: list[str] = []
    for heading in header:
        normal = re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")
        meant = next((name for name, words in _WORDS.items() if normal in words.split() and name not in found), SKIPPED)
        found.append(meant)
    return found
