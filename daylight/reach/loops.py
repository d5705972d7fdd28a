"""What this room does when its time comes."""

from datetime import timedelta
from functools import partial

from daylight.core.loops import Loop
from daylight.reach import (
    alarms,
    clock_warning,
    fanout,
    laddering,
    print_tray,
    reminding,
    sending,
    signing_up,
    told_times,
    watching,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.evidence import exporting
from daylight.reach.inbound import arriving, mailbox, replying, taking_in
from daylight.reach.models import Alarm, EarlyWord, EvidenceExport, Mailbox, Reply, ToldTimes
from daylight.reach.statuspage import moving

LOOPS: tuple[Loop, ...] = (
    Loop(
        "reach.fan_out",
        fanout.step,
        fanout.oldest_due,
        rest=timedelta(milliseconds=500),
        woken_by=("update.published",),
    ),
    *(
        Loop(
            f"reach.send.{channel}",
            partial(sending.step, channel=channel),
            partial(sending.oldest_due, channel=channel),
            rest=timedelta(seconds=1),
            late_after=timedelta(minutes=2),
            quiet_after=timedelta(minutes=3),
            woken_by=("deliveries.queued",),
        )
        for channel in CHANNELS
    ),
    Loop("reach.ladder", laddering.step, laddering.oldest_due, rest=timedelta(seconds=2)),
    Loop("reach.receipts", taking_in.step, lambda now: EarlyWord.objects.oldest_due_at()),
    Loop("reach.returned", arriving.step, arriving.oldest_due, late_after=timedelta(minutes=5)),
    Loop("reach.mailbox", mailbox.step, lambda now: Mailbox.objects.oldest_due_at(), quiet_after=timedelta(minutes=5)),
    Loop("reach.replies", replying.step, lambda now: Reply.objects.oldest_due_at(), rest=timedelta(seconds=5)),
    Loop("reach.letters", print_tray.step, lambda now: None, rest=timedelta(minutes=1)),
    Loop("reach.sign_ups", signing_up.step, signing_up.oldest_due, late_after=timedelta(minutes=15)),
    Loop("reach.subscribers", signing_up.tidy, lambda now: None, rest=timedelta(minutes=10)),
    Loop("reach.planned_work", moving.step, lambda now: None, rest=timedelta(seconds=5)),
    Loop("reach.reminders", reminding.step, reminding.oldest_due),
    Loop("reach.regime_clocks", clock_warning.step, clock_warning.oldest_due),
    Loop(
        "reach.told_times",
        told_times.step,
        lambda now: ToldTimes.objects.oldest_due_at(),
        late_after=timedelta(minutes=10),
        quiet_after=timedelta(minutes=10),
    ),
    Loop(
        "reach.watchers",
        watching.step,
        watching.oldest_due,
        rest=timedelta(seconds=2),
        woken_by=("update.published",),
    ),
    Loop(
        "reach.evidence",
        exporting.step,
        lambda now: EvidenceExport.objects.oldest_due_at(),
        late_after=timedelta(minutes=30),
        quiet_after=timedelta(minutes=15),
    ),
    Loop(
        "reach.alarms",
        alarms.step,
        lambda now: Alarm.objects.oldest_due_at(),
        quiet_after=timedelta(minutes=5),
        woken_by=("alarm.made",),
    ),
)
