"""Names for the world: short, lasting, and silent about how many things there are."""

import secrets
import string

LENGTH = 12
ALPHABET = string.ascii_lowercase + string.digits


def new_public_id() -> str:
    """Twelve lower-case letters and digits, as programs that read status pages know them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
