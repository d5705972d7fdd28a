"""What this room does when its time comes."""

from datetime import timedelta

from daylight.core.loops import Loop
from daylight.listen import (
    accepting,
    acknowledging,
    answering,
    answering_many,
    chasing,
    following,
    forgetting,
    taking_in,
    warning,
)
from daylight.listen.connecting import asking
from daylight.listen.sources.csv import taking as files
from daylight.listen.sources.mailbox import taking as mailbox
from daylight.listen.sources.replies import taking as replies
from daylight.reach.inbound import arriving

LONG = timedelta(minutes=5)
SECOND_LOOK = timedelta(seconds=5)
"""The rest of a loop that the loop before it wakes, in this very process: it looks by itself lest a wake was lost."""

BY_HAND = timedelta(seconds=2)
"""The rest where a person or another process begins: on SQLite their wake does not reach the worker."""

LOOPS: tuple[Loop, ...] = (
    Loop(
        "listen.take_in",
        taking_in.step,
        taking_in.oldest_due,
        rest=timedelta(milliseconds=500),
        quiet_after=timedelta(minutes=3),
        woken_by=(accepting.ACCEPTED,),
        goes_first=True,
    ),
    Loop(
        "listen.mailbox",
        mailbox.step,
        mailbox.oldest_due,
        late_after=timedelta(minutes=5),
        quiet_after=LONG,
        woken_by=(arriving.HANDED_ON,),
    ),
    Loop(
        "listen.acknowledge",
        acknowledging.step,
        acknowledging.oldest_due,
        rest=SECOND_LOOK,
        woken_by=(taking_in.TAKEN_IN,),
        goes_first=True,
    ),
    Loop(
        "listen.follow",
        following.step,
        following.oldest_due,
        rest=SECOND_LOOK,
        late_after=timedelta(minutes=15),
        woken_by=("update.published",),
    ),
    Loop("listen.chasers", chasing.step, chasing.oldest_due, rest=SECOND_LOOK, woken_by=(taking_in.TAKEN_IN,)),
    Loop("listen.warn", warning.step, warning.oldest_due, rest=timedelta(seconds=10)),
    Loop("listen.answer_many", answering_many.step, answering_many.oldest_due, rest=BY_HAND, quiet_after=LONG),
    Loop("listen.replies", replies.step, replies.oldest_due, rest=BY_HAND),
    Loop("listen.files", files.step, files.oldest_due, rest=BY_HAND, quiet_after=LONG),
    Loop("listen.ask", asking.step, asking.oldest_due, rest=SECOND_LOOK, quiet_after=LONG),
    Loop(
        "listen.forget",
        forgetting.step,
        lambda now: None,
        rest=timedelta(minutes=10),
    ),
    Loop(
        "listen.answer",
        answering.step,
        answering.oldest_due,
        rest=BY_HAND,
        late_after=timedelta(minutes=5),
        quiet_after=LONG,
        woken_by=(answering.QUEUED,),
        goes_first=True,
    ),
)
