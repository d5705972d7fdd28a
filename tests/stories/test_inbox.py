"""The crew's inbox in a browser: from the list to an answer that stops the reply clock, by keyboard alone."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.core import clock
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.listen.models import Conversation, Message
from daylight.listen.tests.makers import a_card, a_conversation
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


def test_a_complaint_is_taken_understood_and_answered_from_a_card(open_page: Open, ana: Member) -> None:
    now = clock.now()
    incident = an_incident(title="Parcels are late", lead=ana, at=now - timedelta(hours=1))
    an_update(incident, by=ana, at=now - timedelta(minutes=30), doing="A lorry brings the parcels tonight.")
    a_card("{{ customer.greeting }} {{ update.doing }}", by=ana, at=now)
    conversation = a_conversation("My daughter's wedding cake stand is missing.", at=now, subject="Where is it?")
    Conversation.objects.update(incident=incident)
    page = open_page("/desk/", member=ana)
    press = page.keyboard.press

    press("g")
    press("b")
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    press("j")
    press("Enter")
    expect(page.get_by_role("heading", name="Where is it?", level=1)).to_be_visible()
    press("c")
    expect(page.get_by_text("You have it")).to_be_visible()
    press("e")
    expect(page.get_by_label("What does it mean for them?")).to_be_focused()
    page.keyboard.type("the wedding on Saturday")
    page.evaluate("document.activeElement.blur()")
    press("1")
    answer = page.get_by_label("Your answer")
    expect(answer).to_have_value("Hello, A lorry brings the parcels tonight.")
    expect(page.get_by_label("What does it mean for them?")).to_have_value("the wedding on Saturday")
    press("r")
    expect(answer).to_be_focused()
    press("End")
    page.keyboard.type(" It comes before the wedding.")
    press("Control+Enter")

    expect(page.get_by_text("Your answer is on its way.")).to_be_visible()
    no_violations(page)
    conversation.refresh_from_db()
    told = conversation.messages.get(direction=Message.Direction.OUT)
    assert told.text == "Hello, A lorry brings the parcels tonight. It comes before the wedding."
    assert (conversation.answer_due_at, conversation.claimed_by) == (None, ana)
    assert conversation.effect == "the wedding on Saturday"
    assert told.card_uses.count() == 1
