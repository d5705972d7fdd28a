import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import laddering
from daylight.reach.channels.inbound import Named
from daylight.reach.inbound import arriving, taking_in
from daylight.reach.inbound.arriving import Arrived
from daylight.reach.inbound.tests.mails import a_returned_mail
from daylight.reach.inbound.tests.makers import counts, deliveries_that_left, in_ledger, key_of
from daylight.reach.models import Delivery, IncomingMail, IncomingMailPart, Receipt, Suppression
from daylight.reach.models.incoming_mail import PIECE
from daylight.reach.tests.makers import a_contact_point

pytestmark = pytest.mark.django_db


def _came(*raws: bytes, clock: HandClock, recipient: str = "news@firm.example") -> None:
    arriving.keep(Arrived.by_wire(recipient, "", raw, at=clock.now) for raw in raws)


def test_what_came_back_moves_the_ledger_and_is_gone(ana: Member, clock: HandClock) -> None:
    gone, full, reported, away = deliveries_that_left(ana, 4, at=clock.now)
    _came(
        a_returned_mail("postfix", gone),
        a_returned_mail("exchange", full),
        a_returned_mail("rfc5965_simple", reported, TYPE="abuse"),
        a_returned_mail("away", away),
        clock=clock,
    )

    arriving.step(clock.now)

    assert counts() == {"accepted": 1, "delivered": 1, "bounced": 2, "told": 2}
    assert in_ledger() == {"accepted": 1, "delivered": 1, "bounced": 2}
    assert set(Suppression.objects.standing().values_list("contact_point", "reason")) == {
        (gone.contact_point_id, "bounced"),
        (reported.contact_point_id, "spam_report"),
    }
    assert not IncomingMail.objects.exists()


def test_the_same_mail_again_changes_nothing(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    for _ in range(2):
        _came(a_returned_mail("postfix", one), a_returned_mail("postfix", one), clock=clock)
        assert IncomingMail.objects.count() == 1
        arriving.step(clock.move(minutes=1))

    assert (counts(), Receipt.objects.count()) == ({"bounced": 1}, 1)


def test_a_forged_bounce_changes_nothing_and_is_dropped(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    forged = key_of(one)[:-4] + "0000"

    _came(a_returned_mail("postfix", one, KEY=forged, UNSUBSCRIBE=f"{one.contact_point_id}-1.forged"), clock=clock)
    arriving.step(clock.now)

    assert counts() == {"accepted": 1, "told": 1}
    assert not IncomingMail.objects.exists()


def test_what_a_person_wrote_is_handed_on(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    _came(a_returned_mail("somebody", one), clock=clock)

    arriving.step(clock.now)
    arriving.step(clock.move(days=1))

    mail = IncomingMail.objects.handed_on().get()
    assert b"".join(mail.pieces()) == a_returned_mail("somebody", one)
    assert (mail.due_at, mail.attempts) == (clock.move(days=-1), 0)


def test_what_is_kept_aside_waits_for_nobody(clock: HandClock) -> None:
    _came(b"From: Zoe Adler <zoe@shop.example>\r\nSubject: Re: late\r\n\r\nx", clock=clock)
    arriving.step(clock.now)
    [row] = IncomingMail.objects.handed_on().claim(clock.now, lease=arriving.LEASE, limit=1)

    arriving.keep_aside(row, "It says nothing.")

    mail = IncomingMail.objects.kept_aside().get()
    assert (mail.subject, mail.sender) == ("Re: late", "Zoe Adler <zoe@shop.example>")
    assert (mail.kept_because, mail.due_at) == ("It says nothing.", None)


@pytest.mark.parametrize(
    "text",
    [
        "My parcel has not been delivered.",
        "The parcel could not be delivered, says your driver. I was at home.",
        "Message not delivered? Then call me!",
        "You are out of the office whenever I call.",
    ],
)
def test_a_complaint_in_the_words_of_a_server_is_no_bounce(text: str, ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    link = a_returned_mail("somebody", one).split(b"\r\n\r\n", 1)[1]
    raw = b"From: zoe@shop.example\r\nSubject: " + text.encode() + b"\r\n\r\n" + text.encode() + b"\r\n\r\n" + link
    arriving.keep([Arrived.by_wire("news@firm.example", "zoe@shop.example", raw, at=clock.now)])

    arriving.step(clock.now)

    assert counts() == {"accepted": 1, "told": 1}
    assert IncomingMail.objects.handed_on().count() == 1


def test_a_large_mail_is_kept_in_pieces_and_forgotten_with_them(clock: HandClock) -> None:
    raw = b"From: zoe@shop.example\r\n\r\n" + bytes(range(256)) * 4_000
    _came(raw, raw, clock=clock)

    row = IncomingMail.objects.get()
    assert b"".join(row.pieces()) == raw
    assert len(row.raw) == PIECE
    assert row.parts.count() == 3

    IncomingMail.objects.all().forget()
    assert not IncomingMail.objects.exists()
    assert not IncomingMailPart.objects.exists()


def test_many_mails_of_one_do_not_delay_the_one_of_another(clock: HandClock) -> None:
    flood = (Arrived.by_wire("help@firm.example", "bob@flood.example", b"%d" % n, at=clock.now) for n in range(300))
    arriving.keep(flood)
    arriving.keep([Arrived.by_wire("help@firm.example", "zoe@shop.example", b"late", at=clock.move(seconds=1))])

    turns = 0
    while not IncomingMail.objects.handed_on().filter(sender="zoe@shop.example").exists():
        arriving.step(clock.now)
        turns += 1

    assert turns <= 4
    assert IncomingMail.objects.handed_on().filter(sender="bob@flood.example").count() < 100
    for _ in range(20):
        arriving.step(clock.move(seconds=6))
    assert IncomingMail.objects.handed_on().count() == 301


def test_what_cannot_be_read_is_kept_aside_and_holds_up_nothing(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    bomb = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3_000)
    )
    _came(bomb, b"", b"\x00\xff", a_returned_mail("postfix", one), clock=clock)

    arriving.step(clock.now)

    assert counts() == {"bounced": 1}
    assert IncomingMail.objects.handed_on().count() == 3


def test_what_we_fail_to_take_in_waits_alone_and_is_kept_aside_in_the_end(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = deliveries_that_left(ana, 2, at=clock.now)
    real = taking_in.take_in

    def trips(said: list[Named], **given: object) -> None:
        if any(word.key == key_of(bad) for word in said):
            raise RuntimeError("out of paper")
        real(said, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "take_in", trips)
    _came(a_returned_mail("postfix", bad), a_returned_mail("postfix", good), clock=clock)

    for _ in range(arriving.TRIES + 1):
        arriving.step(clock.now)
        clock.move(hours=1)

    assert counts() == {"accepted": 1, "bounced": 1, "told": 1}
    assert "out of paper" in IncomingMail.objects.kept_aside().get().kept_because


def test_a_bounce_names_its_delivery_by_the_address_it_comes_to(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    raw = b"Subject: failure notice\r\n\r\nI wasn't able to deliver your mail.\r\n<zoe@shop.example>: no such user\r\n"

    _came(raw, clock=clock, recipient=f"Bounces+{key_of(one).upper()}@firm.example")
    arriving.step(clock.now)

    assert counts() == {"bounced": 1}


def test_whoever_a_bounce_left_in_the_dark_is_tried_at_their_next_way(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    laddering.step(clock.now)
    next_way = a_contact_point(customer=one.customer, address="zoe@second.example")
    _came(a_returned_mail("postfix", one), clock=clock)

    arriving.step(clock.move(minutes=1))
    laddering.step(clock.move(minutes=15))

    added = Delivery.objects.exclude(pk=one.pk).get()
    assert (added.contact_point, added.customer) == (next_way, one.customer)
    assert counts() == {"queued": 1, "bounced": 1}
