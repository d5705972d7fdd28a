"""The rows of the room."""

from daylight.reach.models.alarm import Alarm
from daylight.reach.models.browser import Browser, Watcher
from daylight.reach.models.call import Call, CallAttempt
from daylight.reach.models.confirmation import Confirmation
from daylight.reach.models.delivery import AnswerPack, Batch, Delivery, ProviderReference, Receipt
from daylight.reach.models.early import EarlyWord
from daylight.reach.models.evidence import EvidenceExport, EvidenceKey, ToldTimes
from daylight.reach.models.incoming_mail import IncomingMail, IncomingMailPart, Mailbox
from daylight.reach.models.ladder import Ladder
from daylight.reach.models.links_ended import LinksEnded
from daylight.reach.models.message_template import (
    MessageTemplate,
    TemplateVersion,
    UsedTemplate,
)
from daylight.reach.models.notice import Notice
from daylight.reach.models.outbox import OutboxMessage
from daylight.reach.models.pace import Pace
from daylight.reach.models.printing import PrintBatch, PrintedLetter
from daylight.reach.models.provider import Provider
from daylight.reach.models.quiet_hours import QuietHours
from daylight.reach.models.reply import Reply
from daylight.reach.models.subscriber import SignUp, Subscriber
from daylight.reach.models.subscription import Subscription
from daylight.reach.models.suppression import Suppression
from daylight.reach.models.unreached import Unreached
from daylight.reach.models.webhook import WebhookEndpoint

__all__ = [
    "Alarm",
    "AnswerPack",
    "Batch",
    "Browser",
    "Call",
    "CallAttempt",
    "Confirmation",
    "Delivery",
    "EarlyWord",
    "EvidenceExport",
    "EvidenceKey",
    "IncomingMail",
    "IncomingMailPart",
    "Ladder",
    "LinksEnded",
    "Mailbox",
    "MessageTemplate",
    "Notice",
    "OutboxMessage",
    "Pace",
    "PrintBatch",
    "PrintedLetter",
    "Provider",
    "ProviderReference",
    "QuietHours",
    "Receipt",
    "Reply",
    "SignUp",
    "Subscriber",
    "Subscription",
    "Suppression",
    "TemplateVersion",
    "ToldTimes",
    "Unreached",
    "UsedTemplate",
    "Watcher",
    "WebhookEndpoint",
]
