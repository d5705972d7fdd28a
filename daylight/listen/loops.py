"""What this room does when its time comes."""

from datetime import timedelta

from daylight.core.loops import Loop, Step
from daylight.listen import accepting, forgetting, taking_in
from daylight.listen.connecting import asking
from daylight.listen.sources.replies import taking as replies

LOOPS: tuple[Loop, ...] = (
    Loop(
        "listen.take_in",
        taking_in.step,
        taking_in.oldest_due,
        rest=timedelta(milliseconds=500),
        quiet_after=timedelta(minutes=3),
        woken_by=(accepting.ACCEPTED,),
    ),
    Loop("listen.replies", replies.step, replies.oldest_due),
    Loop("listen.ask", asking.step, asking.oldest_due, rest=timedelta(seconds=5), quiet_after=timedelta(minutes=5)),
    Loop(
        "listen.forget",
        lambda now: Step(handled=forgetting.forget_erased()),
        lambda now: None,
        rest=timedelta(minutes=10),
    ),
)
