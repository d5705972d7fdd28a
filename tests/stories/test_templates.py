"""A template is written while the preview looks on: faults show as they are typed, and nothing is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.reach.models import MessageTemplate
from daylight.reach.templating.tests.makers import MAIL, a_template
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


def test_a_template_from_first_word_to_second_version(open_page: Open, ana: Member) -> None:
    page = open_page("/desk/reach/templates/", member=ana)
    no_violations(page)
    page.get_by_role("link", name="Write a template").first.click()
    page.get_by_label("Channel").select_option(label="E-mail")
    no_violations(page)
    page.get_by_role("button", name="Write it").click()

    # Our own words to begin with, and how an example customer gets them.
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re_of("customer.greeting"))
    frame = page.frame_locator("iframe.mail")
    expect(frame.get_by_text("Hello Zoë Adler,")).to_be_visible()
    no_violations(page)

    # A wrong name is told while it is typed, with the right one.
    text.press("Control+End")
    text.press_sequentially("\n{{ customer.nam }}")
    expect(page.locator("#as-shown")).to_contain_text("Did you mean “customer.name”?")
    no_violations(page)
    page.get_by_role("button", name="Save this template").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing must be mended")
    expect(text).to_have_value(re_of("customer.nam "))
    no_violations(page)

    # The line is found, the name put in from the list by keyboard, and the preview follows.
    page.get_by_role("alert").get_by_role("link").click()
    expect(text).to_be_focused()
    page.keyboard.press("Delete")
    page.get_by_text("What you can put in").click()
    insert = page.get_by_role("button", name="Put customer.name in")
    insert.focus()
    insert.press("Enter")
    expect(text).to_have_value(re_of("{{ customer.name }}"))
    expect(page.locator("#as-shown")).not_to_contain_text("To be mended")
    page.get_by_label("Example").select_option(label="No name, no commitment")
    expect(page.frame_locator("iframe.mail").get_by_text("Hello,", exact=True)).to_be_visible()
    no_violations(page)

    page.get_by_role("button", name="Save this template").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 1 is saved")
    page.get_by_label("Subject", exact=True).fill("Ours: {{ update.headline }}")
    page.get_by_role("button", name="Save this template").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 2 is saved")

    # The first version again, then the end of the template, and back.
    page.get_by_role("link", name="Versions").click()
    no_violations(page)
    page.get_by_role("link", name="Use version 1 again").click()
    expect(page.get_by_label("Subject", exact=True)).to_have_value("{{ update.subject }}")
    page.get_by_role("button", name="Save this template").click()
    template = MessageTemplate.objects.get()
    assert (template.current.number, template.current.restored) == (3, 1)
    page.get_by_role("link", name="Delete").click()
    no_violations(page)
    page.get_by_role("button", name="Delete the template").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("table")).to_contain_text("every update")


@pytest.mark.parametrize("narrow", [True, False])
def test_a_template_is_saved_without_a_script(open_page: Open, ana: Member, narrow: bool) -> None:
    template = a_template(ana)
    page = open_page(f"/desk/reach/templates/{template.pk}/", member=ana, javascript=False, narrow=narrow, dark=narrow)

    page.get_by_label("Text", exact=True).fill(MAIL["text"] + "{{ nonsense")
    page.get_by_role("button", name="Show the example").click()
    expect(page.locator("#as-shown")).to_contain_text("Text, line")
    page.get_by_role("button", name="Save this template").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing must be mended")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_label("Text", exact=True).fill(MAIL["text"] + "Yours")
    page.get_by_role("button", name="Save this template").click()

    expect(page.get_by_role("status").first).to_contain_text("Version 2 is saved")
    assert template.current.pieces["text"].endswith("Yours")


def re_of(part: str) -> re.Pattern[str]:
    """A pattern for a value that holds this part."""
    return re.compile(re.escape(part))
