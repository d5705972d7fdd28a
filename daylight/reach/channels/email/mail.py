"""A composed mail, with what its making tells about it."""

from dataclasses import dataclass

from daylight.reach.channels.base import Message


@dataclass(slots=True)
class Mail(Message):
    """`is_dotless` says that no line of the payload begins with a dot (SMTP would double it); else nobody knows.

    Looking for such a line in every mail would be a twentieth of what a mail costs.
    """

    is_dotless: bool = False
