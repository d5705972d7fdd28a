"""Five writers under stress: from an evasive draft to a good one, by keyboard, in at most six key acts.

An act is one key chord or one run of typing; the hand that types is no part of it. The pictures in docs/use/composer.md
are taken by these stories: PICTURES=docs/images python -m pytest tests/stories/test_candid_in_seconds.py
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member, Organisation
from daylight.core import clock
from daylight.customers.tests.makers import a_customer
from daylight.incidents import checking, drafting
from daylight.incidents.models import Incident, Update
from daylight.incidents.statement import Statement, Words
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.incidents.words import Kind
from tests.stories.conftest import no_violations

Open = Callable[..., Page]

MOST_ACTS, MOST_SECONDS = 6, 90
PICTURES = os.environ.get("PICTURES", "")
FILL, SEND = "Control+.", "Control+Enter"


@dataclass
class Writer:
    """One writer at the keyboard: counts acts, and waits as a person does until the composer has answered."""

    page: Page
    acts: int = 0
    began: float = field(default_factory=time.monotonic)

    def press(self, key: str) -> None:
        """One chord."""
        self.acts += 1
        self.page.keyboard.press(key)

    def fill_in(self, answers: Iterator[str]) -> None:
        """One fill-in; where it leaves a gap, one run of words goes into it."""
        with self._answered():
            self.press(FILL)
        gap = self.page.evaluate("String(getSelection())")
        if gap.startswith("["):
            self.acts += 1
            with self._answered():
                self.page.keyboard.type(next(answers))

    @property
    def left(self) -> int:
        """How much there is to look at."""
        said = re.search(r"(\d+) things? to look at", self.page.locator("#composer-lamps").inner_text())
        return int(said[1]) if said else 0

    @property
    def seconds(self) -> float:
        """Since the draft was opened."""
        return time.monotonic() - self.began

    @contextmanager
    def _answered(self) -> Iterator[None]:
        with self.page.expect_response(lambda answer: answer.url.endswith("/check/")):
            yield
        expect(self.page.locator("#composer-lamps:is(.htmx-swapping, .htmx-settling)")).to_have_count(0)


@dataclass(frozen=True)
class Trial:
    """An evasive draft of one kind; what the record knows, what was told before, and words that only a writer knows."""

    kind: str
    known: str
    draft: Words
    answers: tuple[str, ...] = ()
    told: Words | None = None


TRIALS = (
    Trial(
        Kind.OUTAGE,
        "Payments by card are refused in the shop.",
        Words(
            headline="Card payments fail",
            what="Only a small number of customers cannot pay by card.",
            doing="We have switched to our second bank. We take this very seriously.",
        ),
        answers=("pay by invoice",),
    ),
    Trial(
        Kind.LATE_DELIVERY,
        "Parcels ordered on Monday come two days late.",
        Words(
            headline="Your parcel",
            what="Parcels ordered on Monday come two days late.",
            who="Everybody who ordered on Monday.",
            why="Circumstances beyond our control.",
            doing="We send them by express today. We take this very seriously. We are sorry.",
        ),
        told=Words(
            headline="Your parcel",
            what="Parcels ordered on Monday come two days late.",
            who="Everybody who ordered on Monday.",
            doing="We look into it.",
            meanwhile="You can cancel free of charge.",
        ),
    ),
    Trial(
        Kind.BILLING_ERROR,
        "Invoices of May were charged twice.",
        Words(
            headline="Your invoice of May",
            what="Invoices of May were charged twice.",
            who="Everybody who paid by card on 2 May.",
            doing="We apologise for any inconvenience this may have caused. We refund each second charge today. Your"
            " satisfaction is our top priority.",
            meanwhile="There is nothing you need to do.",
        ),
        answers=("use your money for a day",),
    ),
    Trial(
        Kind.DATA_BREACH,
        "Names and postal addresses were copied.",
        Words(
            headline="Your name and address",
            what="Names and addresses of a limited number of customers were copied.",
            who="Everybody who has an account in our shop.",
            doing="We have closed the way in and changed every key. There is no evidence of misuse. We take the"
            " security of your data very seriously.",
            meanwhile="Please throw letters away that ask for payment.",
        ),
        answers=("they were misused",),
    ),
    Trial(
        Kind.CANCELLATION,
        "Train 512 is cancelled on Sunday.",
        Words(
            headline="Train 512 on Sunday",
            what="Train 512 on Sunday is cancelled.",
            doing="We have hired two coaches. We guarantee that this never happens again.",
            meanwhile="You can take the coach at 9:10 from the same station.",
        ),
        answers=("keep a spare train in the depot from 1 June on",),
    ),
)


def begin(trial: Trial, ana: Member) -> Incident:
    """An incident with its affected customers, told before where the trial says so, and the draft as it was found."""
    now = clock.now()
    incident = an_incident(
        title=trial.draft.headline,
        kind=trial.kind,
        summary=trial.known,
        severity=2,
        lead=ana,
        at=now - timedelta(minutes=3),
        affected=[a_customer(at=now) for _ in range(24)],
        reason="You ordered between 9:00 and 11:00 today.",
    )
    if trial.told is not None:
        an_update(incident, by=ana, at=now - timedelta(minutes=2), texts={"en": trial.told})
    draft = drafting.start(incident, by=ana, at=now)
    said = Statement(
        stage="investigating",
        why_known=bool(trial.draft.why),
        next_update_by=drafting.suggest_next_word(incident, at=now),
        zone=Organisation.get().time_zone,
        texts={"en": trial.draft},
    )
    draft.write(said, by=ana, at=now)
    return incident


def picture(page: Page, name: str) -> None:
    """The composer as a picture for the documents, where they are being made."""
    if PICTURES:
        page.locator("#composer-panel").screenshot(
            path=Path(PICTURES) / f"{name}.jpg", caret="initial", type="jpeg", quality=60
        )


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind)
def test_an_evasive_draft_is_a_good_one_after_six_acts(trial: Trial, open_page: Open, ana: Member) -> None:
    incident = begin(trial, ana)
    page = open_page(f"/desk/incident/{incident.public_id}/#composer", member=ana)
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.emulate_media(reduced_motion="reduce")
    writer, answers = Writer(page), iter(trial.answers)
    before = writer.left
    picture(page, f"composer-{trial.kind}-before")

    while writer.left and writer.acts < MOST_ACTS:
        writer.fill_in(answers)
    picture(page, f"composer-{trial.kind}-after")
    writer.press(SEND)
    expect(page.get_by_text("Leaving in").first).to_be_visible()

    sent = Update.objects.get(incident=incident, state=Update.State.LEAVING)
    assert before > 1
    assert checking.read_statement(incident, sent.statement(), at=clock.now()).to_look_at == []
    assert writer.acts <= MOST_ACTS
    assert writer.seconds < MOST_SECONDS


@pytest.mark.parametrize(("narrow", "dark"), [(False, False), (True, True)])
def test_remarks_shut_nobody_out_and_are_kept_by_keyboard(
    narrow: bool, dark: bool, open_page: Open, ana: Member
) -> None:
    incident = begin(TRIALS[0], ana)
    page = open_page(f"/desk/incident/{incident.public_id}/", member=ana, narrow=narrow, dark=dark)
    page.keyboard.press("F8")
    page.keyboard.press("k")
    no_violations(page)

    page.keyboard.type("The bank asked us to.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("because The bank asked us to.")).to_be_visible()
    assert incident.raised_findings.kept().get().kept_by == ana
    no_violations(page)


def test_a_fill_in_and_taking_it_out_leave_what_was_typed_meanwhile(open_page: Open, ana: Member) -> None:
    incident = begin(TRIALS[0], ana)
    page = open_page(f"/desk/incident/{incident.public_id}/", member=ana)
    page.route("**/check/", lambda route: route.abort())
    doing, undo = page.locator("#composer-en-doing"), page.locator("#composer-undo")
    doing.press("Control+Home")
    page.keyboard.type("Hello. ")

    page.locator("[data-remark]", has_text="seriously").locator("[data-fills]").click()
    expect(doing).to_have_value("Hello. We have switched to our second bank.")
    expect(undo).to_be_visible()

    doing.press("Control+End")
    page.keyboard.type(" More.")
    expect(undo).to_be_hidden()
