"""The rows of the room."""

from daylight.listen.models.answers import (
    Acknowledgement,
    Chaser,
    FixedQuestion,
    IncidentSuggestion,
    UpdateRound,
    UpdateTold,
)
from daylight.listen.models.attachment import Attachment, AttachmentPart
from daylight.listen.models.bulk_answer import BulkAnswer
from daylight.listen.models.call_draft import CallDraft
from daylight.listen.models.card import CardUse, CardVersion, QuestionCard
from daylight.listen.models.connection import Connection
from daylight.listen.models.conversation import Conversation, Queue
from daylight.listen.models.far_end import FarEnd
from daylight.listen.models.incoming import Incoming
from daylight.listen.models.listening import Draft, Heard, ReadBack, RecognitionChange
from daylight.listen.models.message import Message
from daylight.listen.models.past_file import PastFile
from daylight.listen.models.reply_time import ReplyTime
from daylight.listen.models.sending import Sending
from daylight.listen.models.teamwork import Break, HandOver

__all__ = [
    "Acknowledgement",
    "Attachment",
    "AttachmentPart",
    "Break",
    "BulkAnswer",
    "CallDraft",
    "CardUse",
    "CardVersion",
    "Chaser",
    "Connection",
    "Conversation",
    "Draft",
    "FarEnd",
    "FixedQuestion",
    "HandOver",
    "Heard",
    "IncidentSuggestion",
    "Incoming",
    "Message",
    "PastFile",
    "QuestionCard",
    "Queue",
    "ReadBack",
    "RecognitionChange",
    "ReplyTime",
    "Sending",
    "UpdateRound",
    "UpdateTold",
]
