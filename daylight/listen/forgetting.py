"""Forgets what erased customers said: that they said something stays, so that counts still add up."""

from daylight.core.parts import in_parts
from daylight.listen.models import Attachment, Conversation, Draft, HandOver, Heard, Message, ReadBack

AT_ONCE = 200


def forget_erased() -> int:
    """Empty the conversations of customers who were erased; returns how many."""
    erased = Conversation.objects.filter(customer__erased_at__isnull=False).exclude(writer="", address="", preview="")
    keys = list(erased.values_list("pk", flat=True)[:AT_ONCE])
    for part in in_parts(keys):
        Attachment.objects.filter(message__conversation__in=part).delete()
        Message.objects.filter(conversation__in=part).update(text="")
        ReadBack.objects.filter(conversation__in=part).update(text="", their_words="")
        HandOver.objects.filter(conversation__in=part).update(word="")
        Heard.objects.filter(conversation__in=part).update(done="")
        Draft.objects.filter(conversation__in=part).delete()
        Conversation.objects.filter(pk__in=part).update(
            address="", writer="", subject="", preview="", effect="", thread_key="", facts={}, recognised_why=""
        )
    return len(keys)
