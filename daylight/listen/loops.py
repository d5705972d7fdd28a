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

LOOPS: tuple[Loop, ...] = (
    Loop(
        "listen.take_in",
        taking_in.step,
        taking_in.oldest_due,
        rest=timedelta(milliseconds=500),
        quiet_after=timedelta(minutes=3),
        woken_by=(accepting.ACCEPTED,),
    ),
    Loop(
        "listen.mailbox",
        mailbox.step,
        mailbox.oldest_due,
        late_after=timedelta(minutes=5),
        quiet_after=timedelta(minutes=5),
        woken_by=(arriving.HANDED_ON,),
    ),
    Loop("listen.acknowledge", acknowledging.step, acknowledging.oldest_due),
    Loop(
        "listen.follow",
        following.step,
        following.oldest_due,
        rest=timedelta(seconds=3),
        late_after=timedelta(minutes=15),
    ),
    Loop("listen.chasers", chasing.step, chasing.oldest_due, rest=timedelta(seconds=3)),
    Loop("listen.warn", warning.step, warning.oldest_due, rest=timedelta(seconds=5)),
    Loop("listen.answer_many", answering_many.step, answering_many.oldest_due, quiet_after=timedelta(minutes=5)),
    Loop("listen.replies", replies.step, replies.oldest_due),
    Loop("listen.files", files.step, files.oldest_due, quiet_after=timedelta(minutes=5)),
    Loop("listen.ask", asking.step, asking.oldest_due, rest=timedelta(seconds=5), quiet_after=timedelta(minutes=5)),
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
        late_after=timedelta(minutes=5),
        quiet_after=timedelta(minutes=5),
    ),
)
