"""The rows of the room."""

from daylight.listen.models.attachment import Attachment, AttachmentPart
from daylight.listen.models.connection import Connection
from daylight.listen.models.conversation import Conversation
from daylight.listen.models.incoming import Incoming
from daylight.listen.models.message import Message

__all__ = ["Attachment", "AttachmentPart", "Connection", "Conversation", "Incoming", "Message"]
